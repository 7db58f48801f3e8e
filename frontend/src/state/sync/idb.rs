//! `IndexedDB` as futures: just what the stores of [`super::database`] need.
//!
//! A transaction stays open as long as a request of it is awaited and nothing else is: a future that waits for a
//! request runs on while the browser still tells of it.

use js_sys::{Array, Promise, Reflect};
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbFactory, IdbObjectStore, IdbRequest, IdbTransaction, IdbTransactionMode};

/// Why the browser's database did not do what it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseFailure(String);

impl std::fmt::Display for DatabaseFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "The browser's database did not answer: {}", self.0)
    }
}

impl std::error::Error for DatabaseFailure {}

impl From<JsValue> for DatabaseFailure {
    fn from(error: JsValue) -> Self {
        let message = Reflect::get(&error, &"message".into()).ok().and_then(|message| message.as_string());
        Self(message.unwrap_or_else(|| format!("{error:?}")))
    }
}

type Outcome<T> = Result<T, DatabaseFailure>;

/// The browser's databases; private windows of some browsers have none.
fn factory() -> Outcome<IdbFactory> {
    leptos::prelude::window()
        .indexed_db()?
        .ok_or_else(|| DatabaseFailure("this browser keeps none for this page".to_owned()))
}

/// Opens a database whose stores have keys of their own; makes those that are missing.
pub(super) async fn open(name: &str, version: u32, stores: &'static [&'static str]) -> Outcome<IdbDatabase> {
    let request = factory()?.open_with_u32(name, version)?;
    let opened: IdbRequest = request.clone().unchecked_into();
    let upgrade = Closure::once(move || {
        let Ok(database) = opened.result().map(wasm_bindgen::JsCast::unchecked_into::<IdbDatabase>) else {
            return;
        };
        let known = database.object_store_names();
        for store in stores.iter().filter(|store| !known.contains(store)) {
            // A failure here aborts the upgrade, which fails the request.
            let _ = database.create_object_store(store);
        }
    });
    request.set_onupgradeneeded(Some(upgrade.as_ref().unchecked_ref()));
    let database: IdbDatabase = answer(&request).await?.unchecked_into();
    // Another tab wants to take the database away, or a newer page to change it: it must not wait for this one.
    let closing = database.clone();
    let close = Closure::once_into_js(move || closing.close());
    database.set_onversionchange(Some(close.unchecked_ref()));
    Ok(database)
}

/// The names of all databases of this page's origin.
pub(super) async fn names() -> Outcome<Vec<String>> {
    let factory = factory()?;
    let databases: js_sys::Function = Reflect::get(&factory, &"databases".into())?.dyn_into()?;
    let listed: Promise = databases.call0(&factory)?.dyn_into()?;
    let listed = Array::from(&JsFuture::from(listed).await?);
    Ok(listed.iter().filter_map(|it| Reflect::get(&it, &"name".into()).ok()?.as_string()).collect())
}

/// Takes a database away.
pub(super) async fn delete(name: &str) -> Outcome<()> {
    let request = factory()?.delete_database(name)?;
    answer(&request).await.map(drop)
}

/// What a request comes to.
pub(super) async fn answer(request: &IdbRequest) -> Outcome<JsValue> {
    let told = Promise::new(&mut |resolve, reject| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
    });
    match JsFuture::from(told).await {
        Ok(_) => Ok(request.result()?),
        Err(_) => Err(request
            .error()?
            .map_or_else(|| DatabaseFailure(String::new()), |it| JsValue::from(it).into())),
    }
}

/// A transaction: all of it happens, or nothing.
pub(super) struct Transaction {
    inner: IdbTransaction,
    ended: Promise,
}

impl Transaction {
    /// Begins one that may write.
    pub(super) fn writing(database: &IdbDatabase, stores: &[&str]) -> Outcome<Self> {
        Self::begin(database, stores, IdbTransactionMode::Readwrite)
    }

    /// Begins one that only reads.
    pub(super) fn reading(database: &IdbDatabase, stores: &[&str]) -> Outcome<Self> {
        Self::begin(database, stores, IdbTransactionMode::Readonly)
    }

    fn begin(database: &IdbDatabase, stores: &[&str], mode: IdbTransactionMode) -> Outcome<Self> {
        let names: Array = stores.iter().map(|store| JsValue::from_str(store)).collect();
        let inner = database.transaction_with_str_sequence_and_mode(&names, mode)?;
        let ended = Promise::new(&mut |resolve, reject| {
            inner.set_oncomplete(Some(&resolve));
            inner.set_onabort(Some(&reject));
        });
        Ok(Self { inner, ended })
    }

    fn store(&self, name: &str) -> Outcome<IdbObjectStore> {
        Ok(self.inner.object_store(name)?)
    }

    /// A value, if there is one.
    pub(super) async fn get(&self, store: &str, key: &JsValue) -> Outcome<Option<String>> {
        Ok(answer(&self.store(store)?.get(key)?).await?.as_string())
    }

    /// All values, ascending by key.
    pub(super) async fn all(&self, store: &str) -> Outcome<Vec<String>> {
        let values = Array::from(&answer(&self.store(store)?.get_all()?).await?);
        Ok(values.iter().filter_map(|value| value.as_string()).collect())
    }

    /// Puts a value in the place of what there was.
    pub(super) fn put(&self, store: &str, key: &JsValue, value: &str) -> Outcome<()> {
        self.store(store)?.put_with_key(&JsValue::from_str(value), key)?;
        Ok(())
    }

    /// Takes a value away.
    pub(super) fn delete(&self, store: &str, key: &JsValue) -> Outcome<()> {
        self.store(store)?.delete(key)?;
        Ok(())
    }

    /// Takes all values of a store away.
    pub(super) fn clear(&self, store: &str) -> Outcome<()> {
        self.store(store)?.clear()?;
        Ok(())
    }

    /// Waits until everything is written.
    pub(super) async fn end(self) -> Outcome<()> {
        match JsFuture::from(self.ended).await {
            Ok(_) => Ok(()),
            Err(_) => Err(self.inner.error().map_or_else(
                || DatabaseFailure("the browser gave the change up".to_owned()),
                |error| JsValue::from(error).into(),
            )),
        }
    }
}
