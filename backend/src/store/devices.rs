//! Devices that sync, the receipts of their operations, and what may be forgotten.

use super::connection::{Pools, Write, Writing, detached};
use super::entities::EntityRow;
use super::error::{OrNotFound as _, StoreError, StoreResult};
use async_trait::async_trait;
use hunch_protocol::{Device, Entity, PullReply, Receipt};
use hunch_sync::{DeviceStanding, LogError, Tombstone, check_cursor, compact, page};
use sqlx::FromRow;
use sqlx::types::Json;
use uuid::Uuid;

/// How exactly is kept when a device was last heard of, in microseconds: pulls must not turn into writes.
const SEEN_RESOLUTION: i64 = 3_600_000_000;
const SECOND: i64 = 1_000_000;

/// Which page of changes is asked for.
#[derive(Debug, Clone)]
pub struct Pull {
    /// Who asks, if it is a device; it must be the author's.
    pub device: Option<(Uuid, String)>,
    /// What the device has: changes up to here.
    pub since: u64,
    /// Most changes.
    pub limit: usize,
    /// Whether the copy is begun anew, so that it does not matter which tombstones are gone.
    pub anew: bool,
}

/// Devices.
#[async_trait]
pub trait Devices: Send + Sync {
    /// Registers a device of an author.
    async fn add_device(
        &self,
        project: Uuid,
        id: Uuid,
        author: &str,
        name: &str,
        now: i64,
    ) -> StoreResult<Device>;

    /// A page of what changed after a cursor. Resync: the device is not known in this epoch, or the cursor is below the
    /// floor or beyond the counter.
    async fn pull(&self, project: Uuid, pull: Pull, now: i64) -> StoreResult<PullReply>;

    /// Forgets devices that were not heard of for long and tombstones that all others have; returns how many tombstones.
    async fn compact_entities(&self, now: i64) -> StoreResult<u64>;

    /// The mark that tells this database from what it was when a backup was made; none in a new one.
    async fn database_mark(&self) -> StoreResult<Option<String>>;

    /// Replaces the mark; if the database was set back, it becomes every project's epoch too, and so ends all copies.
    async fn set_database_mark(&self, mark: &str, set_back: bool) -> StoreResult<()>;
}

#[derive(FromRow)]
pub(super) struct DeviceRow {
    id: Uuid,
    epoch: String,
    /// The project's.
    current_epoch: String,
    #[sqlx(try_from = "i64")]
    acknowledged: u64,
    #[sqlx(try_from = "i64")]
    cursor: u64,
    seen_at: i64,
}

impl DeviceRow {
    /// The number of its last operation that was carried out.
    pub(super) fn acknowledged(&self) -> u64 {
        self.acknowledged
    }

    /// Fails if the project's data are not of the epoch that the device knows.
    pub(super) fn expect_epoch(&self, epoch: &str) -> StoreResult<()> {
        if epoch == self.current_epoch && self.epoch == self.current_epoch {
            Ok(())
        } else {
            Err(LogError::ResyncRequired.into())
        }
    }

    fn standing(&self) -> DeviceStanding {
        DeviceStanding { id: self.id.to_string(), cursor: self.cursor, seen_at: self.seen_at / SECOND }
    }
}

#[derive(FromRow)]
struct CounterRow {
    #[sqlx(try_from = "i64")]
    seq: u64,
    #[sqlx(try_from = "i64")]
    floor: u64,
    epoch: String,
}

#[derive(FromRow)]
struct TombstoneRow {
    #[sqlx(try_from = "i64")]
    seq: u64,
    updated_at: i64,
}

const ADD: &str = "
    insert into devices (project_id, id, author, name, epoch, created_at, seen_at)
    select id, $2, $3, $4, epoch, $5, $5 from projects where id = $1
    returning epoch";

const FIND: &str = "
    select devices.*, projects.epoch as current_epoch
    from devices join projects on projects.id = devices.project_id
    where project_id = $1 and devices.id = $2 and author = $3";

const ACKNOWLEDGE: &str =
    "update devices set acknowledged = $3, seen_at = $4 where project_id = $1 and id = $2";

const SEEN: &str = "update devices set cursor = $3, seen_at = $4 where project_id = $1 and id = $2";

const RECEIPT: &str = "
    select hash, receipt from operation_receipts where project_id = $1 and device_id = $2 and seq = $3";

const ADD_RECEIPT: &str = "
    insert into operation_receipts (project_id, device_id, seq, hash, receipt) values ($1, $2, $3, $4, $5)";

const COUNTER: &str = "select seq, floor, epoch from projects where id = $1";

const CHANGED: &str = "select * from entities where project_id = $1 and seq > $2 order by seq limit $3";

/// Those with something to forget.
const UNTIDY: &str = "
    select project_id from entities where deleted union select project_id from devices order by 1";

const TOMBSTONES: &str =
    "select seq, updated_at from entities where project_id = $1 and deleted order by seq";

const DEVICES: &str = "
    select devices.*, projects.epoch as current_epoch
    from devices join projects on projects.id = devices.project_id where project_id = $1 order by devices.id";

const REMOVE_DEVICE: &str = "delete from devices where project_id = $1 and id = $2";

const REMOVE_TOMBSTONES: &str = "delete from entities where project_id = $1 and deleted and seq <= $2";

const RAISE_FLOOR: &str = "update projects set floor = $2 where id = $1";

const MARK: &str = "select mark from database_mark";

const REMOVE_MARK: &str = "delete from database_mark";

const SET_MARK: &str = "insert into database_mark (mark) values ($1)";

const SET_EPOCHS: &str = "update projects set epoch = $1";

macro_rules! impl_devices {
    ($db:ty) => {
        #[async_trait]
        impl Devices for Pools<$db> {
            async fn add_device(
                &self,
                project: Uuid,
                id: Uuid,
                author: &str,
                name: &str,
                now: i64,
            ) -> StoreResult<Device> {
                let (pools, author, name) = (self.clone(), author.to_owned(), name.to_owned());
                detached(async move {
                    let epoch: Option<String> = sqlx::query_scalar(ADD)
                        .bind(project)
                        .bind(id)
                        .bind(author)
                        .bind(name)
                        .bind(now)
                        .fetch_optional(&pools.writes)
                        .await?;
                    Ok(Device { id: id.to_string(), epoch: epoch.or_not_found("project")?, acknowledged: 0 })
                })
                .await
            }

            async fn pull(&self, project: Uuid, pull: Pull, now: i64) -> StoreResult<PullReply> {
                let pools = self.clone();
                detached(async move { pools.pull_page(project, pull, now).await }).await
            }

            async fn compact_entities(&self, now: i64) -> StoreResult<u64> {
                let pools = self.clone();
                detached(async move {
                    let projects: Vec<Uuid> = sqlx::query_scalar(UNTIDY).fetch_all(&pools.reads).await?;
                    let mut forgotten = 0;
                    for project in projects {
                        match pools.compact_project(project, now).await {
                            Err(StoreError::NotFound { .. }) => {} // removed meanwhile
                            compacted => forgotten += compacted?,
                        }
                    }
                    Ok(forgotten)
                })
                .await
            }

            async fn database_mark(&self) -> StoreResult<Option<String>> {
                Ok(sqlx::query_scalar(MARK).fetch_optional(&self.reads).await?)
            }

            async fn set_database_mark(&self, mark: &str, set_back: bool) -> StoreResult<()> {
                let (pools, mark) = (self.clone(), mark.to_owned());
                detached(async move {
                    let mut tx = pools.begin(Write::at(0)).await?;
                    if set_back {
                        sqlx::query(SET_EPOCHS).bind(&mark).execute(&mut *tx.connection).await?;
                    }
                    sqlx::query(REMOVE_MARK).execute(&mut *tx.connection).await?;
                    sqlx::query(SET_MARK).bind(&mark).execute(&mut *tx.connection).await?;
                    tx.commit(()).await
                })
                .await
            }
        }

        impl Pools<$db> {
            async fn pull_page(&self, project: Uuid, pull: Pull, now: i64) -> StoreResult<PullReply> {
                let Pull { device, since, limit, anew } = pull;
                let mut tx = self.begin_reading().await?;
                let row: Option<CounterRow> =
                    sqlx::query_as(COUNTER).bind(project).fetch_optional(&mut *tx.connection).await?;
                let CounterRow { seq, floor, epoch } = row.or_not_found("project")?;
                let device: Option<DeviceRow> = match device {
                    Some((id, author)) => {
                        let found = sqlx::query_as(FIND).bind(project).bind(id).bind(author);
                        let found: Option<DeviceRow> = found.fetch_optional(&mut *tx.connection).await?;
                        Some(found.ok_or(LogError::ResyncRequired)?)
                    }
                    None => None,
                };
                if let Some(device) = &device {
                    device.expect_epoch(&device.epoch)?;
                }
                check_cursor(since, if anew { 0 } else { floor }, seq)?;
                let rows: Vec<EntityRow> = sqlx::query_as(CHANGED)
                    .bind(project)
                    .bind(since.cast_signed())
                    .bind(i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1))
                    .fetch_all(&mut *tx.connection)
                    .await?;
                drop(tx);
                if let Some(device) = &device
                    && (device.cursor != since || now - device.seen_at >= SEEN_RESOLUTION)
                {
                    sqlx::query(SEEN)
                        .bind(project)
                        .bind(device.id)
                        .bind(since.cast_signed())
                        .bind(now)
                        .execute(&self.writes)
                        .await?;
                }
                let acknowledged = device.map_or(0, |device| device.acknowledged);
                let entities = rows.into_iter().map(Entity::from).collect();
                Ok(page(&epoch, since, limit, seq, acknowledged, entities))
            }

            async fn compact_project(&self, project: Uuid, now: i64) -> StoreResult<u64> {
                let mut tx = self.begin(Write::at(now)).await?;
                tx.lock(project).await?;
                let counter: CounterRow =
                    sqlx::query_as(COUNTER).bind(project).fetch_one(&mut *tx.connection).await?;
                let tombstones: Vec<TombstoneRow> =
                    sqlx::query_as(TOMBSTONES).bind(project).fetch_all(&mut *tx.connection).await?;
                let tombstones: Vec<Tombstone> = tombstones
                    .into_iter()
                    .map(|row| Tombstone { seq: row.seq, deleted_at: row.updated_at / SECOND })
                    .collect();
                let devices: Vec<DeviceRow> =
                    sqlx::query_as(DEVICES).bind(project).fetch_all(&mut *tx.connection).await?;
                let standings: Vec<DeviceStanding> = devices.iter().map(DeviceRow::standing).collect();
                let compaction = compact(counter.floor, &tombstones, &standings, now / SECOND);
                for device in devices.iter().filter(|it| compaction.devices.contains(&it.id.to_string())) {
                    let remove = sqlx::query(REMOVE_DEVICE).bind(project).bind(device.id);
                    remove.execute(&mut *tx.connection).await?;
                }
                let mut forgotten = 0;
                if compaction.floor > counter.floor {
                    let floor = compaction.floor.cast_signed();
                    let remove = sqlx::query(REMOVE_TOMBSTONES).bind(project).bind(floor);
                    forgotten = remove.execute(&mut *tx.connection).await?.rows_affected();
                    sqlx::query(RAISE_FLOOR).bind(project).bind(floor).execute(&mut *tx.connection).await?;
                }
                tx.commit(forgotten).await
            }
        }

        impl Writing<$db> {
            /// A device of an author. Resync: there is none.
            pub(super) async fn device(
                &mut self,
                project: Uuid,
                id: Uuid,
                author: &str,
            ) -> StoreResult<DeviceRow> {
                let row = sqlx::query_as(FIND).bind(project).bind(id).bind(author);
                let row: Option<DeviceRow> = row.fetch_optional(&mut *self.connection).await?;
                row.ok_or(LogError::ResyncRequired.into())
            }

            /// Notes up to where a device's operations were carried out.
            pub(super) async fn acknowledge(&mut self, project: Uuid, id: Uuid, seq: u64) -> StoreResult<()> {
                sqlx::query(ACKNOWLEDGE)
                    .bind(project)
                    .bind(id)
                    .bind(seq.cast_signed())
                    .bind(self.write.now)
                    .execute(&mut *self.connection)
                    .await?;
                Ok(())
            }

            /// The hash of what came under a number, and what it was answered.
            pub(super) async fn operation_receipt(
                &mut self,
                project: Uuid,
                device: Uuid,
                seq: u64,
            ) -> StoreResult<Option<(String, Receipt)>> {
                let row = sqlx::query_as(RECEIPT).bind(project).bind(device).bind(seq.cast_signed());
                let row: Option<(String, Json<Receipt>)> = row.fetch_optional(&mut *self.connection).await?;
                Ok(row.map(|(hash, receipt)| (hash, receipt.0)))
            }

            /// Keeps what an operation was answered.
            pub(super) async fn add_operation_receipt(
                &mut self,
                project: Uuid,
                device: Uuid,
                hash: &str,
                receipt: &Receipt,
            ) -> StoreResult<()> {
                sqlx::query(ADD_RECEIPT)
                    .bind(project)
                    .bind(device)
                    .bind(receipt.seq.cast_signed())
                    .bind(hash)
                    .bind(Json(receipt))
                    .execute(&mut *self.connection)
                    .await?;
                Ok(())
            }
        }
    };
}
impl_devices!(sqlx::Sqlite);
impl_devices!(sqlx::Postgres);
