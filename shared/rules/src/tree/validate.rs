//! As much of JSON Schema as the schema of trees uses; another keyword fails the test, so that none goes unchecked.

use serde_json::Value;

/// Whether a value is valid under a schema, itself a part of `root`.
pub(super) fn is_valid(root: &Value, schema: &Value, value: &Value) -> bool {
    let Some(keywords) = schema.as_object() else { return schema == &Value::Bool(true) };
    keywords.iter().all(|(keyword, rule)| match keyword.as_str() {
        "$schema" | "$defs" | "title" | "description" | "format" | "default" => true,
        "$ref" => {
            let pointer = rule.as_str().unwrap().strip_prefix('#').unwrap();
            is_valid(root, root.pointer(pointer).unwrap(), value)
        }
        "type" => match rule {
            Value::Array(kinds) => kinds.iter().any(|kind| is_of_type(kind, value)),
            kind => is_of_type(kind, value),
        },
        "const" => rule == value,
        "enum" => rule.as_array().unwrap().contains(value),
        "oneOf" => each(rule).filter(|schema| is_valid(root, schema, value)).count() == 1,
        "anyOf" => each(rule).any(|schema| is_valid(root, schema, value)),
        "required" => value
            .as_object()
            .is_none_or(|members| each(rule).all(|name| members.contains_key(name.as_str().unwrap()))),
        "properties" => value.as_object().is_none_or(|members| {
            members
                .iter()
                .all(|(name, member)| rule.get(name).is_none_or(|schema| is_valid(root, schema, member)))
        }),
        "additionalProperties" => value.as_object().is_none_or(|members| {
            assert_eq!(rule, false);
            members.keys().all(|name| schema.get("properties").is_some_and(|known| known.get(name).is_some()))
        }),
        "items" => elements(value).skip(prefix(schema)).all(|member| is_valid(root, rule, member)),
        "prefixItems" => {
            each(rule).zip(elements(value)).all(|(schema, member)| is_valid(root, schema, member))
        }
        "minItems" => !value.is_array() || elements(value).count() as u64 >= rule.as_u64().unwrap(),
        "maxItems" => !value.is_array() || elements(value).count() as u64 <= rule.as_u64().unwrap(),
        "minimum" => value.as_f64().is_none_or(|number| number >= rule.as_f64().unwrap()),
        "maximum" => value.as_f64().is_none_or(|number| number <= rule.as_f64().unwrap()),
        other => panic!("the test knows no `{other}`"),
    })
}

fn is_of_type(kind: &Value, value: &Value) -> bool {
    match kind.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "number" => value.is_number(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        other => panic!("the test knows no type `{other}`"),
    }
}

fn each(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().unwrap().iter()
}

fn elements(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// How many elements have a schema of their own.
fn prefix(schema: &Value) -> usize {
    schema.get("prefixItems").map_or(0, |schemas| each(schemas).count())
}
