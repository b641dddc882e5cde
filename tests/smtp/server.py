"""A real SMTP server for the tests: aiosmtpd with TLS and AUTH, one JSON line on standard output for each thing that happens.

    server.py {starttls|tls|clear} PORT CERTIFICATE KEY

The recipient's name chooses what happens to a mail: later@ is put off with 451 at the first try, refused@ gets 550, slow@ waits
for an answer that never comes, everyone else's mail is accepted. PORT 0 takes a free one.
"""

import asyncio
import email
import email.policy
import json
import logging
import ssl
import sys
import warnings

from aiosmtpd.smtp import SMTP, AuthResult

USERNAME, PASSWORD = b"vestibule", b"between the servers"


# What the tests provoke (handshakes that break off, AUTH inside implicit TLS) is no news.
logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")


def tell(**event):
    print(json.dumps(event), flush=True)


def encrypted(server):
    return server.transport.get_extra_info("ssl_object") is not None


def authenticate(server, session, envelope, mechanism, data):
    right = mechanism in ("PLAIN", "LOGIN") and (data.login, data.password) == (USERNAME, PASSWORD)
    tell(event="sign_in", right=right, tls=encrypted(server))
    return AuthResult(success=right, handled=right)


class Handler:
    def __init__(self):
        self.put_off = set()

    async def handle_MAIL(self, server, session, envelope, address, options):
        tell(event="sender", address=address, tls=encrypted(server))
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused@"):
            tell(event="refused", to=address)
            return f"550 5.1.1 <{address}> is not known here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        to = envelope.rcpt_tos[0]
        mail = describe(envelope.content)
        if to.startswith("slow@"):
            tell(event="slow", to=to, **mail)
            await asyncio.sleep(3600)
        if to.startswith("later@") and mail["message_id"] not in self.put_off:
            self.put_off.add(mail["message_id"])
            tell(event="put_off", to=to, **mail)
            return f"451 4.7.1 <{to}> try again later"
        tell(event="accepted", to=to, tls=encrypted(server), peer=session.peer[1], **mail)
        return "250 OK"


def describe(content):
    mail = email.message_from_bytes(content, policy=email.policy.default)
    return {
        "raw": content.decode("ascii"),
        "message_id": mail["Message-ID"],
        "subject": mail["Subject"],
        "from": mail["From"],
        "auto_submitted": mail["Auto-Submitted"],
        "kinds": [part.get_content_type() for part in mail.walk()],
        "text": mail.get_body(("plain",)).get_content(),
        "html": mail.get_body(("html",)).get_content(),
    }


async def serve(kind, port, certificate, key):
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    handler = Handler()

    def session():
        return SMTP(
            handler,
            hostname="mail.test",
            tls_context=tls if kind == "starttls" else None,
            require_starttls=kind == "starttls",
            authenticator=authenticate,
            auth_required=kind != "clear",
            auth_require_tls=kind == "starttls",
        )

    server = await asyncio.get_running_loop().create_server(
        session, "127.0.0.1", port, ssl=tls if kind == "tls" else None
    )
    tell(event="ready", port=server.sockets[0].getsockname()[1])
    await server.serve_forever()


asyncio.run(serve(sys.argv[1], int(sys.argv[2]), *sys.argv[3:5]))
