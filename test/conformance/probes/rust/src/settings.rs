//! The knobs: what they may be, and every problem at once.

use std::collections::HashMap;

use serde_json::Value;

use crate::stubs::plugin::v1::{Diagnostic, Severity};

pub const FAILS: [&str; 9] = [
    "",
    "fault",
    "throw",
    "nan",
    "bad_name",
    "duplicate",
    "print",
    "endless",
    "long_error",
];

pub const SCHEMA: &str = r#"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "probe": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "groups": { "type": "integer", "minimum": 0, "default": 1, "x-order": 0 },
        "pad_bytes": { "type": "integer", "minimum": 0, "default": 0, "x-order": 1 },
        "value": { "type": "number", "minimum": 0, "maximum": 1000, "default": 1, "x-order": 2 },
        "wait_ms": { "type": "integer", "minimum": 0, "default": 0, "x-order": 3 },
        "fail": {
          "type": "string",
          "enum": ["", "fault", "throw", "nan", "bad_name", "duplicate", "print", "endless", "long_error"],
          "default": "",
          "x-order": 4
        },
        "fail_for": { "type": "string", "default": "", "x-order": 5 },
        "secret": { "type": "string", "default": "", "x-secret": true, "x-order": 6 },
        "file": { "type": "string", "default": "", "x-order": 7 },
        "progress_ms": { "type": "integer", "minimum": 0, "default": 0, "x-order": 8 }
      }
    }
  }
}"#;

#[derive(Clone, Debug, PartialEq)]
pub struct Knobs {
    pub groups: u64,
    pub pad_bytes: usize,
    pub value: f64,
    pub wait_ms: u64,
    pub fail: String,
    pub fail_for: String,
    pub secret: String,
    pub file: String,
    /// How much more time a run asks for before it waits.
    pub progress_ms: u32,
}

/// The knobs in a JSON object of sections, with secrets put where their pointers say.
pub fn read(json: &str, secrets: &HashMap<String, String>) -> Result<Knobs, Vec<Diagnostic>> {
    let mut given: Value = match serde_json::from_str(json) {
        Ok(Value::Object(map)) => Value::Object(map),
        Ok(_) | Err(_) => return Err(vec![problem("", "the settings are no JSON object")]),
    };
    for (pointer, secret) in secrets {
        put(&mut given, pointer, secret);
    }
    let mut reader = Reader {
        problems: Vec::new(),
    };
    let empty = Value::Object(serde_json::Map::new());
    for section in given.as_object().into_iter().flat_map(|map| map.keys()) {
        if section != "probe" {
            reader.say(
                &format!("/{section}"),
                "there is no such section; there is probe",
            );
        }
    }
    let probe = given.get("probe").unwrap_or(&empty);
    if !probe.is_object() {
        reader.say("/probe", "is no section");
        return Err(reader.problems);
    }
    let known = [
        "groups",
        "pad_bytes",
        "value",
        "wait_ms",
        "fail",
        "fail_for",
        "secret",
        "file",
        "progress_ms",
    ];
    for key in probe.as_object().into_iter().flat_map(|map| map.keys()) {
        if !known.contains(&key.as_str()) {
            reader.say(
                &format!("/probe/{key}"),
                &format!("there is no such key; there are {}", known.join(", ")),
            );
        }
    }
    let knobs = Knobs {
        groups: reader.whole(probe, "groups", 1),
        pad_bytes: reader.whole(probe, "pad_bytes", 0) as usize,
        value: reader.number(probe, "value", 1.0),
        wait_ms: reader.whole(probe, "wait_ms", 0),
        fail: reader.text(probe, "fail"),
        fail_for: reader.text(probe, "fail_for"),
        secret: reader.text(probe, "secret"),
        file: reader.text(probe, "file"),
        progress_ms: reader.whole(probe, "progress_ms", 0) as u32,
    };
    if !FAILS.contains(&knobs.fail.as_str()) {
        reader.say(
            "/probe/fail",
            &format!("is none of {}", FAILS[1..].join(", ")),
        );
    }
    if reader.problems.is_empty() {
        Ok(knobs)
    } else {
        Err(reader.problems)
    }
}

fn put(settings: &mut Value, pointer: &str, secret: &str) {
    let mut place = settings;
    for key in pointer.split('/').skip(1) {
        let key = key.replace("~1", "/").replace("~0", "~");
        if !place.is_object() {
            *place = Value::Object(serde_json::Map::new());
        }
        place = &mut place[key.as_str()];
    }
    *place = Value::String(secret.to_owned());
}

struct Reader {
    problems: Vec<Diagnostic>,
}

impl Reader {
    fn say(&mut self, path: &str, summary: &str) {
        self.problems.push(problem(path, summary));
    }

    fn whole(&mut self, section: &Value, key: &str, usual: u64) -> u64 {
        let Some(value) = section.get(key) else {
            return usual;
        };
        value.as_u64().unwrap_or_else(|| {
            self.say(&format!("/probe/{key}"), "is no whole number of 0 or more");
            usual
        })
    }

    fn number(&mut self, section: &Value, key: &str, usual: f64) -> f64 {
        let Some(value) = section.get(key) else {
            return usual;
        };
        value
            .as_f64()
            .filter(|number| (0.0..=1000.0).contains(number))
            .unwrap_or_else(|| {
                self.say(&format!("/probe/{key}"), "is no number from 0 to 1000");
                usual
            })
    }

    fn text(&mut self, section: &Value, key: &str) -> String {
        let Some(value) = section.get(key) else {
            return String::new();
        };
        value.as_str().map(str::to_owned).unwrap_or_else(|| {
            self.say(&format!("/probe/{key}"), "is no text");
            String::new()
        })
    }
}

fn problem(path: &str, summary: &str) -> Diagnostic {
    Diagnostic {
        severity: Severity::Error.into(),
        path: path.to_owned(),
        summary: summary.to_owned(),
        detail: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_comes_at_once() {
        let given = r#"{"probe":{"groups":-1,"value":"x","fail":"odd","other":1},"more":{}}"#;
        let problems = read(given, &HashMap::new()).unwrap_err();
        let paths: Vec<&str> = problems.iter().map(|one| one.path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "/more",
                "/probe/other",
                "/probe/groups",
                "/probe/value",
                "/probe/fail"
            ]
        );
    }

    #[test]
    fn secrets_land_where_they_belong() {
        let secrets = HashMap::from([("/probe/secret".to_owned(), "s3".to_owned())]);
        assert_eq!(read("{}", &secrets).unwrap().secret, "s3");
    }
}
