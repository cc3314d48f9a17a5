"""A real SMTP server for tests: STARTTLS and AUTH are required, and some recipients are refused by script.

It listens on 127.0.0.1, on a free port, and prints JSON on stdout, one object a line:

    {"port": 40123, "certificate": "/…/certificate.pem"}     once, when it is ready
    {"from": …, "to": […], "tls": true, "user": …, "subject": …, "headers": {…}, "text": …, "html": …, "raw": …}
                                                              for each message that it accepted
    {"complete": true}                                        for each line on stdin: every message that its sender was
                                                              told is accepted stands above

The recipient's local part says how it is answered; a "+" and anything may follow:

    reject-550+x@…       550, always
    defer-451-2+x@…      451 to the first two attempts, then accepted

SMTP_USER and SMTP_PASSWORD hold the only account. The server ends when stdin closes, so a killed test leaves none behind.
"""

import asyncio
import collections
import email
import email.policy
import hmac
import json
import logging
import os
import pathlib
import re
import ssl
import subprocess
import sys
import tempfile

from aiosmtpd.smtp import SMTP, AuthResult

REJECT = re.compile(r"reject-(\d{3})(\+.*)?")
DEFER = re.compile(r"defer-(\d{3})-(\d+)(\+.*)?")

# A certificate for the host itself, not for an authority: strict clients refuse an authority as a server.
CERTIFICATE_REQUEST = """\
[req]
distinguished_name = name
x509_extensions = extensions
prompt = no
[name]
CN = localhost
[extensions]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:localhost, IP:127.0.0.1
"""


def say(line):
    print(json.dumps(line), flush=True)


def make_certificate(folder):
    """Writes a fresh self-signed certificate and its key, and returns both paths."""
    request, certificate, key = folder / "request.cnf", folder / "certificate.pem", folder / "key.pem"
    request.write_text(CERTIFICATE_REQUEST)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        + ["-days", "2", "-config", request, "-keyout", key, "-out", certificate],
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    return certificate, key


def body(message, kind):
    """The body of that kind, with the line ends that its author wrote, or None."""
    part = message.get_body(preferencelist=(kind,))
    return part.get_content().replace("\r\n", "\n") if part else None


class Mailbox:
    """Answers recipients by script and prints what is accepted."""

    def __init__(self):
        self.attempts = collections.Counter()

    async def handle_RCPT(self, server, session, envelope, address, options):
        local_part = address.rsplit("@", 1)[0]
        if match := REJECT.fullmatch(local_part):
            return f"{match[1]} refused by script"
        if match := DEFER.fullmatch(local_part):
            self.attempts[address] += 1
            if self.attempts[address] <= int(match[2]):
                return f"{match[1]} deferred by script"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        say(
            {
                "from": envelope.mail_from,
                "to": envelope.rcpt_tos,
                "tls": session.ssl is not None,
                "user": session.auth_data,
                "subject": str(message["Subject"] or ""),
                "headers": {name: str(value) for name, value in message.items()},
                "text": body(message, "plain"),
                "html": body(message, "html"),
                "raw": envelope.content.decode("ascii", errors="backslashreplace"),
            }
        )
        return "250 accepted"


def authenticator(user, password):
    expected = user.encode(), password.encode()

    def authenticate(server, session, envelope, mechanism, auth_data):
        given = auth_data.login, auth_data.password
        accepted = all(hmac.compare_digest(*pair) for pair in zip(given, expected))
        # `handled=False` lets the library answer 535 to a wrong password.
        return AuthResult(success=accepted, handled=False, auth_data=user if accepted else None)

    return authenticate


async def serve(folder):
    certificate, key = make_certificate(folder)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate, key)
    mailbox = Mailbox()
    authenticate = authenticator(os.environ["SMTP_USER"], os.environ["SMTP_PASSWORD"])

    def connection():
        return SMTP(
            mailbox,
            hostname="localhost",
            tls_context=tls,
            require_starttls=True,
            auth_required=True,
            authenticator=authenticate,
            enable_SMTPUTF8=True,
        )

    loop = asyncio.get_running_loop()
    listener = await loop.create_server(connection, "127.0.0.1", 0)
    say({"port": listener.sockets[0].getsockname()[1], "certificate": str(certificate)})
    commands = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    async for _ in commands:
        say({"complete": True})
    listener.close()


# The library warns of a method that nobody but itself calls, once for each sign-in.
logging.getLogger("mail.log").setLevel(logging.ERROR)

with tempfile.TemporaryDirectory(prefix="sonderfonds-smtp-") as temporary:
    asyncio.run(serve(pathlib.Path(temporary)))
