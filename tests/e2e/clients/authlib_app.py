"""A product with PyPI's Authlib, in Flask: whoever opens it signs in first."""

import os
from urllib.parse import urlencode

from authlib.integrations.flask_client import OAuth
from flask import Flask, redirect, session, url_for

SITE = f"http://localhost:{os.environ['PORT']}"

app = Flask(__name__)
app.secret_key = os.urandom(32)
vestibule = OAuth(app).register(
    "vestibule",
    server_metadata_url=os.environ["ISSUER"] + "/.well-known/openid-configuration",
    client_id=os.environ["CLIENT_ID"],
    client_secret=os.environ["CLIENT_SECRET"],
    client_kwargs={"scope": "openid profile email", "code_challenge_method": "S256"},
)


@app.get("/")
def home():
    if "person" not in session:
        return vestibule.authorize_redirect(f"{SITE}/callback")
    name = session["person"]["preferred_username"]
    return f'<main><h1>Authlib</h1><p>Signed in as {name}</p><a href="/sign-out">Sign out</a></main>'


@app.get("/callback")
def callback():
    # Verifies state, nonce, the ID token's signature, issuer, audience and times.
    tokens = vestibule.authorize_access_token()
    session["person"] = dict(tokens["userinfo"])
    session["id_token"] = tokens["id_token"]
    return redirect(url_for("home"))


@app.get("/sign-out")
def sign_out():
    hint = session.get("id_token")
    session.clear()
    end = vestibule.load_server_metadata()["end_session_endpoint"]
    return redirect(f"{end}?" + urlencode({"id_token_hint": hint, "post_logout_redirect_uri": f"{SITE}/signed-out"}))


@app.get("/signed-out")
def signed_out():
    return "<main><h1>Signed out</h1></main>"


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(os.environ["PORT"]))
