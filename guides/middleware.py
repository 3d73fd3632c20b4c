def PersonMiddleware(get_response):
    return get_response
