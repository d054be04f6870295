"""Login against a small OpenID provider that is real: its own process of threads, HTTP on a socket, keys of its own, PKCE checked."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from fastapi.testclient import TestClient
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from dure.adapters.oidc import Settings, settings_of
from dure.adapters.store.engine import connect
from dure.adapters.store.migrate import migrate
from dure.model.errors import InputError
from dure.web.app import create_app
from dure.web.oidc import install
from tests.web.test_people_api import Office

CLIENT, SECRET = "dure", "a secret of the client"
BACK = "http://127.0.0.1:8270/auth/callback"


class OpenId:
    """A provider: it remembers each request to authorize, hands out a code once, and checks client, verifier and address."""

    def __init__(self) -> None:
        self.key: Any = RSAKey.generate_key(2048, {"kid": "first"}, private=True)
        self.published = [self.key]
        self.claims: dict[str, Any] = {}
        self.changed: dict[str, Any] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []
        self.down = False
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.get(self)

            def do_POST(self) -> None:
                provider.token(self)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def get(self, request: BaseHTTPRequestHandler) -> None:
        self.asked.append(urlsplit(request.path).path)
        if self.down:
            self.reply(request, 500, {})
        elif request.path == "/.well-known/openid-configuration":
            about = {"issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize", "jwks_uri": f"{self.issuer}/keys"}
            self.reply(request, 200, about | {"token_endpoint": f"{self.issuer}/token"} | self.changed)
        else:
            assert request.path == "/keys"
            self.reply(request, 200, {"keys": [key.as_dict(private=False) for key in self.published]})

    def authorize(self, url: str) -> str:
        """What a person does in the browser there: the code with which it is sent back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert (asked["response_type"], asked["client_id"], asked["redirect_uri"]) == ("code", CLIENT, BACK)
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked
        return code

    def token(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers["content-length"])).decode()
        asked = {name: values[0] for name, values in parse_qs(body).items()}
        begun = self.codes.pop(asked.get("code", ""), None)
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        challenge = base64.urlsafe_b64encode(hashlib.sha256(asked["code_verifier"].encode()).digest()).decode().rstrip("=")
        sound = (
            begun is not None
            and request.headers["authorization"] == f"Basic {basic}"
            and challenge == begun["code_challenge"]
            and asked["redirect_uri"] == BACK
        )
        if begun is None or not sound:
            self.reply(request, 400, {"error": "invalid_grant"})
            return
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "sub": "s-1", "iat": now, "exp": now + 300, "nonce": begun["nonce"]}
        claims = {name: value for name, value in {**claims, **self.claims}.items() if value is not None}
        algorithm = {"RSA": "RS256", "EC": "ES256", "oct": "HS256"}[self.key.key_type]
        text = jwt.encode({"alg": algorithm, "kid": self.key.kid}, claims, self.key)
        self.reply(request, 200, {"access_token": "a", "token_type": "Bearer", "id_token": text})

    def reply(self, request: BaseHTTPRequestHandler, status: int, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        request.send_response(status)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)


@pytest.fixture
def provider() -> Iterator[OpenId]:
    made = OpenId()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def office(tmp_path: Path, provider: OpenId) -> Iterator[Office]:
    engine = connect(f"sqlite:///{tmp_path}/store.db")
    migrate(engine)
    made = Office(tmp_path, engine)
    import dataclasses

    made.services = dataclasses.replace(made.services, clock=lambda: int(time.time()))
    app = create_app(made.services)
    settings = Settings(issuer=provider.issuer, client=CLIENT, callback=BACK, secret=SECRET, organisations={"hanbit.example": 1})
    install(app, settings)
    made.client = TestClient(app, raise_server_exceptions=False, base_url="http://127.0.0.1:8270", follow_redirects=False)
    yield made
    made.services.desk.close()
    engine.dispose()


def go(office: Office, provider: OpenId, *, accept: str = "application/json", **changed: str) -> Any:
    """The whole way of a browser; `changed` parameters of the way back."""
    first = office.client.get("/auth/login")
    assert first.status_code == 303
    state = parse_qs(urlsplit(first.headers["location"]).query)["state"][0]
    back = {"state": state, "code": provider.authorize(first.headers["location"])} | changed
    return office.client.get(f"/auth/callback?{urlencode(back)}", headers={"Accept": accept})


def test_a_login_gives_a_token_to_the_person_whose_it_is(office: Office, provider: OpenId) -> None:
    login = {"issuer": provider.issuer, "subject": "s-1"}
    number = office.ask("admin", "POST", "/persons", {"organisation": 1, "name": "Kim", "login": login})["id"]
    told = go(office, provider).json()
    assert told["person"] == number
    me = office.client.get("/api/v1/me", headers={"Authorization": f"Bearer {told['token']}"}).json()
    assert (me["person"], "admin" in me["scopes"]) == (number, False)


def test_who_comes_from_an_organisations_domain_becomes_a_person_of_it_once(office: Office, provider: OpenId) -> None:
    provider.claims = {"email": "Lee@Hanbit.example", "email_verified": True, "name": "Lee\u0000"}
    first, again = go(office, provider).json(), go(office, provider).json()
    assert first["person"] == again["person"]
    assert first["token"] != again["token"]
    who = office.ask("admin", "GET", f"/persons/{first['person']}")
    assert (who["name"], who["mail"], who["organisation"]) == ("Lee", "Lee@Hanbit.example", 1)


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"email": "lee@hanbit.example"},
        {"email": "lee@hanbit.example", "email_verified": "true"},
        {"email": "lee@elsewhere.example", "email_verified": True},
        {"email": "lee@hanbit.example.elsewhere.example", "email_verified": True},
    ],
)
def test_who_is_not_known_is_told_so(office: Office, provider: OpenId, claims: dict[str, Any]) -> None:
    provider.claims = claims
    answer = go(office, provider)
    assert (answer.status_code, answer.json()["detail"]) == (403, "nobody here has this login")


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://elsewhere.example"},
        {"aud": "another client"},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"nonce": "of another login"},
        {"nonce": None},
        {"exp": 1_000_000_000},
        {"exp": None},
        {"iat": None},
        {"sub": None},
        {"sub": 7},
        {"sub": "x" * 256},
    ],
)
def test_a_token_of_identity_that_does_not_hold(office: Office, provider: OpenId, claims: dict[str, Any]) -> None:
    provider.claims = {"email": "lee@hanbit.example", "email_verified": True} | claims
    answer = go(office, provider)
    assert (answer.status_code, answer.json()["detail"]) == (403, "the identity provider does not confirm this login")


def test_keys_of_the_provider_and_no_others(office: Office, provider: OpenId) -> None:
    provider.claims = {"email": "lee@hanbit.example", "email_verified": True}
    provider.key = RSAKey.generate_key(2048, {"kid": "first"}, private=True)  # the same name, another key
    assert go(office, provider).status_code == 403
    provider.key = OctKey.import_key(SECRET * 2, {"kid": "first"})  # signed with a secret that clients know
    assert go(office, provider).status_code == 403
    assert "token" not in go(office, provider).text


def test_a_provider_may_change_its_keys(office: Office, provider: OpenId, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dure.adapters.oidc.KEYS_AGAIN_S", -1.0)
    provider.claims = {"email": "lee@hanbit.example", "email_verified": True}
    assert go(office, provider).status_code == 200
    provider.key = ECKey.generate_key("P-256", {"kid": "second"}, private=True)
    provider.published = [provider.key]
    assert go(office, provider).status_code == 200
    assert provider.asked.count("/keys") == 2
    assert provider.asked.count("/.well-known/openid-configuration") == 1


def test_a_login_is_finished_once_and_by_who_began_it(office: Office, provider: OpenId) -> None:
    provider.claims = {"email": "lee@hanbit.example", "email_verified": True}
    first = office.client.get("/auth/login")
    cookie = first.headers["set-cookie"]
    assert "httponly" in cookie.lower()
    assert "samesite=lax" in cookie.lower()
    assert "path=/auth" in cookie.lower()
    state = parse_qs(urlsplit(first.headers["location"]).query)["state"][0]
    back = f"/auth/callback?{urlencode({'state': state, 'code': provider.authorize(first.headers['location'])})}"
    mine = office.client.cookies["dure-login"]
    office.client.cookies.clear()
    assert office.client.get(back).status_code == 403
    office.client.cookies.set("dure-login", "another browser", path="/auth")
    assert office.client.get(back).status_code == 403
    office.client.cookies.clear()
    assert office.client.get(back, headers={"Cookie": f"dure-login={mine}"}).status_code == 200
    assert office.client.get(back, headers={"Cookie": f"dure-login={mine}"}).status_code == 403


@pytest.mark.parametrize("changed", [{"code": "guessed"}, {"code": ""}, {"state": "guessed"}, {"iss": "https://elsewhere.example"}])
def test_a_way_back_that_was_changed(office: Office, provider: OpenId, changed: dict[str, str]) -> None:
    provider.claims = {"email": "lee@hanbit.example", "email_verified": True}
    assert go(office, provider, **changed).status_code == 403


def test_a_provider_that_is_away_or_another(office: Office, provider: OpenId) -> None:
    provider.down = True
    assert office.client.get("/auth/login").status_code == 503
    provider.down = False
    for changed in ({"issuer": "https://elsewhere.example"}, {"token_endpoint": "http://elsewhere.example/token"}, {"jwks_uri": None}):
        provider.changed = changed
        assert office.client.get("/auth/login").status_code == 503


def test_the_page_shows_the_token_and_leads_nowhere(office: Office, provider: OpenId) -> None:
    provider.claims = {"email": "lee@hanbit.example", "email_verified": True}
    answer = go(office, provider, accept="text/html")
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "dure_" in answer.text
    assert "href" not in answer.text
    assert "src=" not in answer.text


def test_settings() -> None:
    assert settings_of({}) is None
    whole = {"DURE_OIDC_ISSUER": "https://id.example", "DURE_OIDC_CLIENT": "dure", "DURE_PUBLIC_URL": "https://dure.example/"}
    found = settings_of(whole | {"DURE_OIDC_ORGANISATIONS": "Hanbit.example=2, duru.example=3"})
    assert found is not None
    assert (found.callback, dict(found.organisations)) == ("https://dure.example/auth/callback", {"hanbit.example": 2, "duru.example": 3})
    for change, said in (
        ({"DURE_OIDC_CLIENT": ""}, "lacks settings"),
        ({"DURE_PUBLIC_URL": "http://dure.example"}, "in clear text"),
        ({"DURE_OIDC_ISSUER": "http://id.example"}, "in clear text"),
        ({"DURE_OIDC_ORGANISATIONS": "hanbit.example"}, "names no organisation"),
        ({"DURE_OIDC_SECRET_FILE": "/no/such/file"}, "cannot be read"),
    ):
        with pytest.raises(InputError, match=said):
            settings_of(whole | change)
    assert SECRET not in repr(Settings(issuer="i", client="c", callback="b", secret=SECRET))
