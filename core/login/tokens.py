"""A signed token: believed where its signature, issuer, audience and age hold, refused otherwise.

The algorithms are a fixed list of public-key ones: never what the token asks for, never a shared secret, never "none".
An unknown key is looked for once more at the provider, which may have taken a new one; not more often than that.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import ExpiredTokenError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from core.errors import Refused, Unreachable
from core.login.fetching import CHECK, document
from core.times import HOUR

ALGORITHMS: Final = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
    "Ed25519",
)
LEEWAY: Final = 60  # seconds by which two clocks may differ
AGAIN: Final = 30.0  # seconds from one look for new keys to the next
FRESH: Final = float(HOUR)  # seconds; then they are asked for anew: a key may have been withdrawn
_NEXT: Final = "Log in again; if it stays so, compare the settings of the log-in with the provider's."


class Keys:
    """The public keys at `address`."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._kept: KeySet | None = None
        self._read_at = 0.0
        self._address = ""

    async def at(self, address: str, *, anew: bool = False) -> KeySet:
        """The keys; asked for again where they are old, or `anew` and not a moment ago. Unreachable."""
        age = self._clock() - self._read_at
        if self._kept is None or address != self._address or age > FRESH or (anew and age > AGAIN):
            said = await document("GET", address)
            listed = said.get("keys")
            keys = [one for one in listed if _signs(one)] if isinstance(listed, list) else []
            try:
                self._kept = KeySet.import_key_set({"keys": keys})
            except (JoseError, ValueError, TypeError, KeyError) as error:
                raise Unreachable("The log-in provider's keys cannot be read.", next_step=CHECK) from error
            self._read_at, self._address = self._clock(), address
        return self._kept


async def claims(
    token: str, keys: Keys, address: str, *, now: float, issuer: str, audience: str, nonce: str | None = None
) -> Mapping[str, object]:
    """What a believed token says. Refused where anything about it does not hold; Unreachable where the keys cannot be
    read. `nonce`: what it has to carry, where it answers a question of ours."""
    said = await _signed(token, keys, address)
    essential = {"iss": issuer, "aud": audience, **({"nonce": nonce} if nonce is not None else {})}
    options: dict[str, Any] = {name: {"essential": True, "value": value} for name, value in essential.items()}
    options |= {name: {"essential": True} for name in ("exp", "sub")}
    try:
        jwt.JWTClaimsRegistry(now=int(now), leeway=LEEWAY, **options).validate(said)
    except ExpiredTokenError as error:
        raise Refused(
            "The provider's token is too old.", next_step="Compare this machine's clock; log in again."
        ) from error
    except JoseError as error:
        raise Refused(f"The provider's token cannot be believed: {_why(error)}.", next_step=_NEXT) from error
    several = isinstance(said["aud"], list) and len(said["aud"]) > 1
    if nonce is not None and said.get("azp", None if several else audience) != audience:
        raise Refused("The provider's token was made for another application (azp).", next_step=_NEXT)
    return said


async def _signed(token: str, keys: Keys, address: str) -> dict[str, Any]:
    known = await keys.at(address)
    registry = JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False)
    try:
        try:
            return jwt.decode(token, known, registry=registry).claims
        except InvalidKeyIdError:
            return jwt.decode(token, await keys.at(address, anew=True), registry=registry).claims
    except (JoseError, ValueError, TypeError) as error:
        raise Refused(f"The provider's token cannot be believed: {_why(error)}.", next_step=_NEXT) from error


def _signs(key: object) -> bool:
    """Whether it is a public key for signatures; a shared one, or one for letters, is not looked at."""
    return isinstance(key, dict) and key.get("use", "sig") == "sig" and key.get("kty") in ("RSA", "EC", "OKP")


def _why(error: Exception) -> str:
    """In a word or two; nothing of the token."""
    claim = getattr(error, "claim", None)
    return str(claim) if isinstance(claim, str) else type(error).__name__.removesuffix("Error")
