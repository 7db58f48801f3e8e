use super::*;
use crate::Kind;
use serde_json::json;

fn operation(change: Change) -> Operation {
    Operation {
        id: "01890a5d-ac96-774b-bcce-b302099a0001".into(),
        seq: 1,
        key: Key::new(Kind::Rule, "r"),
        change,
        made_at: "2026-03-01T12:00:00Z".into(),
    }
}

#[test]
fn what_devices_send_is_read_as_it_was_written() -> serde_json::Result<()> {
    let body = json!({ "name": "greet" });
    let changes = [
        Change::Put { base: 0, body: body.clone() },
        Change::Delete { base: 7 },
        Change::Resolve { base: 1, body: Some(body) },
        Change::Resolve { base: 1, body: None },
    ];
    for change in changes {
        let sent = operation(change);
        let text = serde_json::to_string(&sent)?;
        assert_eq!(serde_json::from_str::<Operation>(&text)?, sent, "{text}");
    }
    let put = operation(Change::Put { base: 0, body: json!({ "name": "greet" }) });
    let wire = json!({
        "id": "01890a5d-ac96-774b-bcce-b302099a0001", "seq": 1, "made_at": "2026-03-01T12:00:00Z",
        "key": { "kind": "rule", "id": "r" }, "op": "put", "base": 0, "body": { "name": "greet" },
    });
    assert_eq!(serde_json::to_value(&put)?, wire);
    Ok(())
}

#[test]
fn entities_are_read_as_they_were_written() -> serde_json::Result<()> {
    let entity = Entity {
        key: Key::new(Kind::LabelSet, "labels"),
        revision: 2,
        seq: 9,
        deleted: false,
        body: json!({ "labels": [] }),
        author: "local".into(),
        updated_at: "2026-03-01T12:00:00Z".into(),
    };
    let text = serde_json::to_string(&entity)?;
    assert_eq!(serde_json::from_str::<Entity>(&text)?, entity);
    assert!(text.starts_with(r#"{"kind":"label_set","id":"labels","revision":2"#), "{text}");
    Ok(())
}

#[test]
fn an_operation_is_the_same_whoever_wrote_it_down() -> serde_json::Result<()> {
    let one = r#"{"seq":1,"id":"a","key":{"kind":"rule","id":"r"},"op":"put","base":0,"body":{"b":1,"a":2},"made_at":""}"#;
    let other = r#"{"made_at":"","op":"put","body":{"a":2,"b":1},"base":0,"key":{"id":"r","kind":"rule"},"id":"a","seq":1}"#;
    let read = |text: &str| serde_json::from_str::<Operation>(text).map(|it| it.canonical());
    assert_eq!(read(one)?, read(other)?);
    assert_ne!(read(one)?, read(&one.replace(r#""b":1"#, r#""b":2"#))?);
    assert_ne!(read(one)?, read(&one.replace(r#""id":"a""#, r#""id":"c""#))?);
    Ok(())
}
