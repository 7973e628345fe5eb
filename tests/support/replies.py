"""What parties answer: signed files and mails, replies, bounces and automatic replies. All made up."""

import json
import subprocess
from pathlib import Path


def receipt(number: str, status: str = "received", day: str = "2022-03-02", **more: object) -> bytes:
    """Return an answer as plain JSON."""
    return json.dumps({"number": number, "status": status, "day": day, **more}).encode()


def signed(data: bytes, folder: Path, name: str, *more: str, form: str = "DER") -> bytes:
    """Return data as NAME signs it with openssl: in one piece (DER), or as a mail (SMIME)."""
    whole = ["-nodetach"] if form == "DER" else []
    command = ["openssl", "cms", "-sign", "-binary", *whole, "-outform", form, "-signer", f"{folder}/{name}.pem"]
    command += ["-inkey", f"{folder}/{name}.key", *more]
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout


def reply(
    number: str, text: str, *, subject: str | None = None, head: str = "", date: str = "Wed, 2 Mar 2022 10:00:00 +0100"
) -> bytes:
    """Return a person's answer to a mail."""
    about = f"Re: Bericht {number} van gemeente Voorbeeldstad" if subject is None else subject
    lines = [
        "From: juf@party.test",
        "To: inburgering@gemeente.test",
        f"Subject: {about}",
        f"Date: {date}",
        "MIME-Version: 1.0",
    ]
    lines += ["Content-Type: text/plain; charset=utf-8", *([head] if head else []), "", text, ""]
    return "\r\n".join(lines).encode()


def bounce(number: str, status: str = "5.1.1", action: str = "failed") -> bytes:
    """Return a mail server's report (RFC 3464) about a notice."""
    return "\r\n".join(
        [
            "From: MAILER-DAEMON@mail.test", "To: inburgering@gemeente.test", "Subject: Undelivered Mail",
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"', "MIME-Version: 1.0", "",
            "--b", "Content-Type: text/plain", "", "Sorry.",
            "--b", "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; mail.test", "",
            "Final-Recipient: rfc822; school@party.test", f"Action: {action}", f"Status: {status}", "",
            "--b", "Content-Type: text/rfc822-headers", "", f"Message-ID: <{number}.0123456789abcdef@gemeente.test>", "",
            "--b--", "",
        ]
    ).encode()  # fmt: skip
