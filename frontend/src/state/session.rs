//! Who uses this browser, how the server lets people in, and what that takes.

use super::{Api, ApiFailure, http, offline};
use hunch_protocol::{
    AcceptInvitation, AuthMode, CallerInfo, NewAccount, OpenedInvitation, SessionInfo, SignIn,
};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Where the browser keeps whose work it holds, so that it is known without the network too.
const AUTHOR_KEY: &str = "hunch-author";
/// The author of what someone on the server's machine writes.
const LOCAL: &str = "local";

/// Who uses this browser. Given by context everywhere.
#[derive(Clone, Copy)]
pub struct Session {
    info: RwSignal<Option<SessionInfo>>,
    author: RwSignal<String>,
}

impl Session {
    /// Begins to ask the server and provides the answer to everything below.
    pub fn provide() {
        let author = RwSignal::new(kept_author().unwrap_or_else(|| LOCAL.to_owned()));
        let session = Self { info: RwSignal::new(None), author };
        provide_context(session);
        http::on_signed_out(move || session.ask());
        session.ask();
    }

    /// The session.
    ///
    /// # Panics
    /// Outside of the application.
    pub fn expect() -> Self {
        expect_context()
    }

    /// Asks the server again. Without an answer everything stays as it is: the app works offline.
    fn ask(self) {
        spawn_local(async move {
            if let Ok(info) = Api.session().await {
                if let Some(caller) = &info.caller {
                    self.author.set(caller.author.clone());
                    keep_author(&caller.author);
                }
                self.info.set(Some(info));
            }
        });
    }

    /// The author of what is written here.
    pub fn author(self) -> RwSignal<String> {
        self.author
    }

    /// Who signed in, if the server asks for that and someone did. Tracks.
    pub fn person(self) -> Option<CallerInfo> {
        self.info.with(|info| {
            let info = info.as_ref().filter(|info| info.mode != AuthMode::None)?;
            info.caller.clone()
        })
    }

    /// How the server lets people in, once it is known. Tracks.
    pub fn mode(self) -> Option<AuthMode> {
        self.info.with(|info| info.as_ref().map(|info| info.mode))
    }

    /// Whether the server said that nobody is signed in. Tracks.
    pub fn is_signed_out(self) -> bool {
        self.info.with(|info| info.as_ref().is_some_and(|info| info.caller.is_none()))
    }

    /// Signs in with an account and goes on to a path of the app.
    pub async fn sign_in(self, login: String, password: String, to: &str) -> Result<(), ApiFailure> {
        let request = SignIn { login: Some(login), password: Some(password), link: None };
        self.begin(&request, to).await
    }

    /// Signs in with what stands behind `#link=`.
    pub async fn open_link(self, secret: String) -> Result<(), ApiFailure> {
        self.begin(&SignIn { link: Some(secret), ..SignIn::default() }, "/").await
    }

    async fn begin(self, request: &SignIn, to: &str) -> Result<(), ApiFailure> {
        let info = Api.sign_in(request).await?;
        if Api.session().await?.caller.is_none() {
            let detail = "The browser did not keep the session. Open the server by its https:// address.";
            return Err(ApiFailure::refused(401, detail));
        }
        enter(info.caller, to).await;
        Ok(())
    }

    /// What an invitation is to.
    pub async fn invitation(self, secret: &str) -> Result<OpenedInvitation, ApiFailure> {
        Api.open_invitation(secret).await
    }

    /// Takes up an invitation, with a new account or the one that is signed in.
    pub async fn accept(self, secret: String, account: Option<NewAccount>) -> Result<(), ApiFailure> {
        let accepted = Api.accept_invitation(&AcceptInvitation { secret, account }).await?;
        let to = accepted.project.map_or_else(|| "/".to_owned(), |project| format!("/p/{project}"));
        enter(Some(accepted.caller), &to).await;
        Ok(())
    }

    /// Signs out; the browser forgets what it kept of the server.
    pub async fn sign_out(self) -> Result<(), ApiFailure> {
        Api.sign_out().await?;
        offline::forget().await;
        go("/sign-in");
        Ok(())
    }
}

/// Starts the app anew as someone. What someone else left in this browser is forgotten first.
async fn enter(caller: Option<CallerInfo>, to: &str) {
    if let Some(caller) = caller {
        if kept_author().is_some_and(|before| before != caller.author && before != LOCAL) {
            offline::forget().await;
        }
        keep_author(&caller.author);
    }
    go(to);
}

fn go(path: &str) {
    // A browser refuses addresses of other sites only.
    let _ = window().location().replace(path);
}

fn kept_author() -> Option<String> {
    window().local_storage().ok()??.get_item(AUTHOR_KEY).ok()?
}

fn keep_author(author: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        // Without storage it is asked again the next time.
        let _ = storage.set_item(AUTHOR_KEY, author);
    }
}
