//! Feedback widgets: what pages of products may and may not do, and what becomes of their answers.

mod answers;
mod door;
mod rte;

use crate::world::{Answer, SendExt as _, World};
use anyhow::Result;
use hmac::{Hmac, KeyInit as _, Mac as _};
use hunch_protocol::{
    AnswerStatus, AnswersReceived, Feedback, Page, Project, SaveWidget, Widget, WidgetSecret, routes,
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sha2::Sha256;
use uuid::Uuid;

/// Where the product's pages are from.
const SHOP: &str = "https://shop.example";
const ANON: &str = "0192d4e0-0000-7000-8000-00000000000a";
const FILE: &str = "id,text\na,check out my channel\nb,I love this song\nc,please subscribe\nd,nothing\n";

/// A project with documents and a widget.
struct Shop {
    world: World,
    project: Project,
    widget: Widget,
}

impl Shop {
    async fn open(world: World) -> Result<Self> {
        let project = world.client.project().await?;
        world.client.import(&project, FILE.into()).await?;
        let settings = SaveWidget {
            name: "shop".into(),
            origins: vec![SHOP.into()],
            anonymous: true,
            enabled: true,
            ..SaveWidget::default()
        };
        let answer = world.client.post(&routes::widgets(&project.id), &settings).await?;
        let widget = answer.ok(StatusCode::CREATED)?;
        Ok(Self { world, project, widget })
    }

    /// Changes the widget's settings.
    async fn set_up(&mut self, change: impl FnOnce(&mut SaveWidget)) -> Result<()> {
        let mut settings = self.widget.settings.clone();
        change(&mut settings);
        let path = routes::widget(&self.project.id, &self.widget.id);
        let client = &self.world.client;
        let answer = client.change(Method::PUT, &path, self.widget.revision, &settings).await?;
        self.widget = answer.ok(StatusCode::OK)?;
        Ok(())
    }

    /// A new secret.
    async fn secret(&mut self) -> Result<String> {
        let path = routes::widget_secret(&self.project.id, &self.widget.id);
        let request = self.world.client.request(Method::POST, &path);
        let answer = request.header("if-match", format!("\"{}\"", self.widget.revision)).answer().await?;
        let WidgetSecret { secret } = answer.ok(StatusCode::CREATED)?;
        let path = routes::widget(&self.project.id, &self.widget.id);
        self.widget = self.world.client.get(&path).await?.ok(StatusCode::OK)?;
        Ok(secret)
    }

    /// Sends answers as a page of the shop does.
    async fn send(&self, answers: &[Value]) -> Result<Answer> {
        self.send_from(SHOP, &self.widget.key, answers).await
    }

    async fn send_from(&self, origin: &str, key: &str, answers: &[Value]) -> Result<Answer> {
        let request = self.world.client.request(Method::POST, &routes::widget_answers(key));
        let body = json!({ "answers": answers }).to_string();
        request.header("origin", origin).header("content-type", "text/plain").body(body).answer().await
    }

    /// Sends answers and says what became of them.
    async fn statuses(&self, answers: &[Value]) -> Result<Vec<AnswerStatus>> {
        let received: AnswersReceived = self.send(answers).await?.ok(StatusCode::OK)?;
        Ok(received.results.into_iter().map(|result| result.status).collect())
    }

    async fn inbox(&self) -> Result<Vec<Feedback>> {
        let page: Page<Feedback> =
            self.world.client.get(&routes::feedback(&self.project.id)).await?.ok(StatusCode::OK)?;
        Ok(page.items)
    }
}

/// The answer of an anonymous user that SPAM is right for document `a`, with some of it changed.
fn answer(change: Value) -> Value {
    let mut answer = json!({
        "id": Uuid::now_v7(), "document": "a", "question": "right", "shown": "SPAM", "reply": "yes",
        "identity": { "id": ANON },
    });
    if let (Value::Object(answer), Value::Object(change)) = (&mut answer, change) {
        for (field, value) in change {
            if value.is_null() {
                answer.remove(&field)
            } else {
                answer.insert(field, value)
            };
        }
    }
    answer
}

fn signed(secret: &str, id: &str, expires: i64) -> Result<Value> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes())?;
    mac.update(format!("{id}:{expires}").as_bytes());
    let bytes = mac.finalize().into_bytes();
    let signature = bytes.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    Ok(json!({ "id": id, "expires": expires, "signature": signature }))
}
