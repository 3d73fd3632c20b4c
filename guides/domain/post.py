"""The connection to the mail server, and what the answers of the server mean for a message."""

import smtplib
from typing import Any

from django.core.mail import EmailMessage, get_connection

# Servers end a connection that has carried many messages; before they do, we begin a new one.
MOST_MESSAGES = 500


class Refused(Exception):
    """The server will never take this message for this address."""


class Later(Exception):
    """The server does not take this message now."""


class Broken(Later):
    """The connection ended in the middle of this message."""


class Down(Broken):
    """There is no connection to be had."""


class Post:
    """A connection that stays open from message to message, and is a new one after a failure."""

    def __init__(self) -> None:
        self._connection = get_connection()
        self._is_open = False
        self._carried = 0

    def send(self, message: EmailMessage) -> None:
        """Raises Refused, Later, Broken or Down."""
        if self._carried == MOST_MESSAGES:
            self.close()
        if not self._is_open:
            self._open()
        try:
            self._connection.send_messages([message])
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise _meaning(error) from None
        self._carried += 1

    def _open(self) -> None:
        try:
            self._connection.open()
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise Down(type(error).__name__) from None
        self._is_open, self._carried = True, 0

    def close(self) -> None:
        self._is_open = False
        try:
            self._connection.close()
        except (smtplib.SMTPException, OSError):
            self._connection = get_connection()


def _meaning(error: Exception) -> Later | Refused:
    """Says codes and names only: the text of an answer often quotes the address."""
    code: int
    text: Any
    match error:
        case smtplib.SMTPRecipientsRefused():
            code, text = next(iter(error.recipients.values()))
        case smtplib.SMTPDataError():
            code, text = error.smtp_code, error.smtp_error
        case smtplib.SMTPSenderRefused():  # that is about us, whoever the message is for
            return Later(f"{error.smtp_code}")
        case _:
            return Broken(type(error).__name__)
    # 5.7: the server objects to us (a policy, a block list, relaying), not to the address.
    is_final = code >= 500 and not text.startswith(b"5.7.")
    return (Refused if is_final else Later)(f"{code}")
