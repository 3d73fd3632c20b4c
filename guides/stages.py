"""The steps of signing in at which a code is asked for; `guides.adapters` names them.

One may turn back from them: to correct a mistyped address, or to sign up after all. django-allauth
would lead everybody who opens the sign-in page back to the page of the code, and those whose
address has no account were never sent one.
"""

from allauth.account import stages
from django.http import HttpRequest


class SignInByCode(stages.LoginByCodeStage):
    def is_resumable(self, request: HttpRequest) -> bool:
        return False


class VerifyAddress(stages.EmailVerificationStage):
    def is_resumable(self, request: HttpRequest) -> bool:
        return False
