"""What cookies are signed with: the setting, or a file beside the journal that is made once and kept private."""

import secrets
from pathlib import Path
from typing import Final

from core import private
from core.errors import SettingsError
from core.settings import SECRET_BYTES

FILE: Final = "session.secret"
SETTING: Final = "ORDERLENS_SESSION_SECRET"


def kept(folder: Path) -> str:
    """The secret of `folder`, made where there is none. SettingsError where it can be neither read nor made. Of two
    that make one at once, both use the same."""
    path = folder / FILE
    try:
        private.folder(folder)
        if not path.exists():
            own = folder / f"{FILE}.{secrets.token_hex(8)}"
            with private.text(own) as file:
                file.write(secrets.token_urlsafe(48))
            try:
                path.hardlink_to(own)
            except FileExistsError:
                pass  # somebody else was quicker: theirs holds
            finally:
                own.unlink()
        secret = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"The secret for log-ins, {FILE} beside the journal, cannot be read or made.",
            next_step=f"Let the folder be writable, or set {SETTING}.",
            setting=SETTING,
        ) from error
    if len(secret.encode()) < SECRET_BYTES:
        raise SettingsError(
            f"The secret for log-ins, {FILE} beside the journal, is shorter than {SECRET_BYTES} bytes.",
            next_step=f"Delete it, so that it is made anew, or set {SETTING}.",
            setting=SETTING,
        )
    return secret
