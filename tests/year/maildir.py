"""What lies in a Maildir, read by Python's own library: one JSON object a message and recipient."""

import email.policy
import json
import mailbox
import sys


def main():
    """Prints each message."""
    box = mailbox.Maildir(sys.argv[1], factory=None, create=False)
    for key in box.keys():
        message = email.message_from_bytes(box.get_bytes(key), policy=email.policy.default)
        date = message["Date"].datetime
        assert date.utcoffset().total_seconds() == 9 * 3600, date
        print(json.dumps({
            "envelope_to": message["Envelope-to"],
            "to": message["To"],
            "subject": message["Subject"],
            "day": date.date().isoformat(),
            "id": message["Message-ID"],
            "text": message.get_body(("plain",)).get_content(),
            "html": message.get_body(("html",)).get_content(),
            "files": [part.get_filename() for part in message.iter_attachments()],
        }))


main()
