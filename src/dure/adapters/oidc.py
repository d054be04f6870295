"""An OpenID provider as a client sees it: where to send a browser, and whose login a code that comes back stands for.

Authorization code with PKCE (S256), state and nonce. What the provider says is believed only as it signed it: the signature by one of its
published keys, with an algorithm of two keys (never `none`, never one made with the client's secret), issuer, audience, time and nonce.
"""

from __future__ import annotations

import ipaddress
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2 as http
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from dure.model.errors import InputError, RightError, StateError, Where

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
TIMEOUT_S = 10.0
KNOWN_S = 3_600.0
"""How long what the provider publishes about itself is not asked again."""
KEYS_AGAIN_S = 30.0
"""New keys are looked for at most so often, whoever asks."""
LEEWAY_S = 60
SCOPE = "openid email"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`callback`: the address of this service to which the provider sends the browser back. `organisations`: mail domain → organisation;
    who comes from one of them for the first time becomes a person of it, others are added by the office.
    """

    issuer: str
    client: str
    callback: str
    secret: str = field(default="", repr=False)
    organisations: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A login under way: `url` is where the browser goes; the rest stays here."""

    url: str
    state: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Who has logged in; `mail` only where the provider says that it has verified it."""

    issuer: str
    subject: str
    mail: str = ""
    name: str = ""


def settings_of(env: Mapping[str, str]) -> Settings | None:
    """DURE_OIDC_ISSUER, DURE_OIDC_CLIENT, DURE_OIDC_SECRET_FILE, DURE_OIDC_ORGANISATIONS (`hanbit.example=2,…`), DURE_PUBLIC_URL.

    None where no issuer is named. Raises InputError for settings that could not hold.
    """
    issuer = env.get("DURE_OIDC_ISSUER", "")
    if not issuer:
        return None
    client, public = env.get("DURE_OIDC_CLIENT", ""), env.get("DURE_PUBLIC_URL", "").rstrip("/")
    if not client or not public:
        raise InputError("a login by an identity provider lacks settings", remedy="set DURE_OIDC_CLIENT and DURE_PUBLIC_URL too")
    for name, url in (("DURE_OIDC_ISSUER", issuer), ("DURE_PUBLIC_URL", public)):
        if not _is_safe(url):
            raise InputError(f"{url} carries logins in clear text", where=Where(name), remedy="write an https address")
    organisations = {}
    for part in filter(None, env.get("DURE_OIDC_ORGANISATIONS", "").split(",")):
        domain, _, number = part.strip().partition("=")
        if not domain or not number.isdecimal():
            where = Where("DURE_OIDC_ORGANISATIONS")
            raise InputError(f"{part!r} names no organisation", where=where, remedy="write hanbit.example=2, apart by commas")
        organisations[domain.lower()] = int(number)
    file = env.get("DURE_OIDC_SECRET_FILE", "")
    try:
        secret = Path(file).read_text(encoding="utf-8").strip() if file else ""
    except OSError:
        raise InputError("cannot be read", where=Where(file), remedy="name a file that the service may read") from None
    return Settings(issuer=issuer, client=client, callback=f"{public}/auth/callback", secret=secret, organisations=organisations)


def _is_safe(url: str) -> bool:
    """https, or this machine."""
    try:
        found = http.URL(url)
    except http.InvalidURL:
        return False
    if found.scheme == "https":
        return bool(found.host)
    try:
        return found.scheme == "http" and (found.host == "localhost" or ipaddress.ip_address(found.host).is_loopback)
    except ValueError:
        return False


class Provider:
    """One provider; safe to use from several threads."""

    def __init__(self, settings: Settings, clock: Callable[[], int], *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._settings, self._clock, self._monotonic = settings, clock, monotonic
        self._lock = threading.Lock()
        self._about: tuple[float, dict[str, Any]] | None = None
        self._keys: tuple[float, KeySet] | None = None

    def begin(self) -> Begun:
        """Where to send the browser. Raises StateError where the provider does not answer."""
        nonce, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
        with self._client() as client:
            url, state = client.create_authorization_url(
                self._known()["authorization_endpoint"], state=secrets.token_urlsafe(32), nonce=nonce, code_verifier=verifier
            )
        return Begun(url=url, state=state, nonce=nonce, verifier=verifier)

    def finish(self, begun: Begun, code: str) -> Login:
        """Whose login the code stands for. Raises RightError for one that the provider does not confirm, StateError where it is away."""
        try:
            with self._client() as client:
                told = client.fetch_token(self._known()["token_endpoint"], code=code, code_verifier=begun.verifier)
        except AuthlibBaseError:
            raise _not_confirmed() from None
        except (http.HTTPError, ValueError):
            raise _away() from None
        text = told.get("id_token")
        if not isinstance(text, str):
            raise _not_confirmed()
        return self._checked(text, begun.nonce)

    def _checked(self, text: str, nonce: str) -> Login:
        """The claims of a token of identity, once everything about it holds."""
        settings = self._settings
        rules = jwt.JWTClaimsRegistry(
            now=self._clock,
            leeway=LEEWAY_S,
            iss={"essential": True, "value": settings.issuer},
            aud={"essential": True, "value": settings.client},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            try:
                claims = jwt.decode(text, self._key_set(), algorithms=ALGORITHMS).claims
            except (JoseError, ValueError):  # signed by a key that is newer than what is known here, perhaps
                claims = jwt.decode(text, self._key_set(again=True), algorithms=ALGORITHMS).claims
            rules.validate(claims)
        except (JoseError, ValueError, KeyError, TypeError):
            raise _not_confirmed() from None
        subject, party = claims["sub"], claims.get("azp", settings.client)
        if not isinstance(subject, str) or not 0 < len(subject) <= 255 or party != settings.client:
            raise _not_confirmed()
        mail, name = claims.get("email"), claims.get("name")
        sure = claims.get("email_verified") is True and isinstance(mail, str)
        return Login(issuer=settings.issuer, subject=subject, mail=str(mail) if sure else "", name=name if isinstance(name, str) else "")

    def _client(self) -> OAuth2Client:
        settings = self._settings
        return OAuth2Client(
            client_id=settings.client,
            client_secret=settings.secret or None,
            scope=SCOPE,
            redirect_uri=settings.callback,
            code_challenge_method="S256",
            timeout=TIMEOUT_S,
        )

    def _known(self) -> dict[str, Any]:
        """What the provider publishes about itself; that it is the one that is meant is checked."""
        with self._lock:
            now = self._monotonic()
            if self._about is None or now - self._about[0] > KNOWN_S:
                found = _fetched(f"{self._settings.issuer.rstrip('/')}/.well-known/openid-configuration")
                urls = [found.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
                if found.get("issuer") != self._settings.issuer or not all(isinstance(url, str) and _is_safe(url) for url in urls):
                    raise _away()
                self._about = (now, found)
            return self._about[1]

    def _key_set(self, *, again: bool = False) -> KeySet:
        url = self._known()["jwks_uri"]
        with self._lock:
            now = self._monotonic()
            if self._keys is None or now - self._keys[0] > (KEYS_AGAIN_S if again else KNOWN_S):
                try:
                    self._keys = (now, KeySet.import_key_set(_fetched(url)))  # type: ignore[arg-type]
                except (JoseError, ValueError, KeyError, TypeError):
                    raise _away() from None
            return self._keys[1]


def _fetched(url: str) -> dict[str, Any]:
    try:
        answer = http.get(url, timeout=TIMEOUT_S, follow_redirects=False)
        found = answer.raise_for_status().json()
    except (http.HTTPError, ValueError):
        raise _away() from None
    if not isinstance(found, dict):
        raise _away()
    return found


def _away() -> StateError:
    return StateError("the identity provider does not answer as one", remedy="try again; tell whoever runs the service if it stays so")


def _not_confirmed() -> RightError:
    return RightError("the identity provider does not confirm this login", remedy="begin the login again")
