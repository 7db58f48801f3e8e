//! The schedule, the network, and what must hold at every step and in the end.

use super::{
    BrokenCursor,
    device::{Answer, Device, Request},
    oracle,
    random::Random,
    server::{Database, Server, Stop, cells},
    work,
};
use hunch_sync::{Kind, LogError, MergeConflict, Operation, Receipt, Status};
use std::{collections::BTreeMap, fmt};

const STEPS: usize = 240;
/// Rounds in which all must come to rest once the network is whole.
const ROUNDS: usize = 200;
const DAY: i64 = 24 * 60 * 60;

/// What happened, over all seeds.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally(BTreeMap<&'static str, u64>);

impl Tally {
    fn count(&mut self, what: &'static str) {
        *self.0.entry(what).or_default() += 1;
    }

    pub(super) fn add(&mut self, other: &Self) {
        for (what, times) in &other.0 {
            *self.0.entry(what).or_default() += times;
        }
    }

    #[cfg(test)]
    pub(super) fn of(&self, what: &str) -> u64 {
        self.0.get(what).copied().unwrap_or_default()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<String> = self.0.iter().map(|(what, times)| format!("{times} {what}")).collect();
        f.write_str(&parts.join(", "))
    }
}

enum Message {
    ToServer { from: usize, life: u64, request: Request },
    ToDevice { to: usize, life: u64, answer: Answer },
}

/// All there is: a server, devices, and what is on its way between them.
pub(super) struct World {
    random: Random,
    server: Server,
    backup: Database,
    devices: Vec<Device>,
    connected: Vec<bool>,
    messages: Vec<Message>,
    /// Operations that devices know to be carried out, in the life of the project in which they were.
    acknowledged: Vec<(u64, Operation, Receipt)>,
    edits: usize,
    broken: Option<BrokenCursor>,
    aloud: bool,
    tally: Tally,
}

impl World {
    pub(super) fn new(seed: u64, broken: Option<BrokenCursor>, aloud: bool) -> Self {
        Self::from(Random::new(seed), broken, aloud)
    }

    pub(super) fn from(mut random: Random, broken: Option<BrokenCursor>, aloud: bool) -> Self {
        let count = 2 + random.below(3);
        let devices = (0..count).map(|index| Device::new(format!("user:{index}"), broken)).collect();
        Self {
            random,
            server: Server::default(),
            backup: Database::default(),
            devices,
            connected: vec![true; count],
            messages: Vec::new(),
            acknowledged: Vec::new(),
            edits: 0,
            broken,
            aloud,
            tally: Tally::default(),
        }
    }

    /// Lets things happen, lets them come to rest, and compares.
    pub(super) fn run(mut self) -> Result<Tally, String> {
        for _ in 0..STEPS {
            if self.random.is_over() {
                break;
            }
            self.step()?;
            self.check_copies()?;
        }
        self.heal()?;
        self.compare()?;
        Ok(self.tally)
    }

    /// One thing happens, whichever it is.
    fn step(&mut self) -> Result<(), String> {
        let device = self.random.below(self.devices.len());
        match self.random.below(100) {
            0..25 => self.edit(device),
            25..52 => self.ask(device),
            52..85 => self.deliver()?,
            85..89 => self.lose(),
            89..92 => self.part(device),
            92..95 => self.crash(device),
            95..97 => self.jump(),
            97..99 => self.compact(),
            _ => self.back_up_or_restore(),
        }
        Ok(())
    }

    fn say(&self, what: &dyn Fn() -> String) {
        if self.aloud {
            println!("{}", what());
        }
    }

    fn edit(&mut self, index: usize) {
        self.edits += 1;
        let device = &self.devices[index];
        let draft = work::edit(&mut self.random, &device.replica, &device.name, self.edits);
        let Some(draft) = draft else { return };
        self.say(&|| format!("device {index} edits: {draft:?}"));
        self.tally.count("edits");
        // A merge conflict may have been settled under the person's hands: they are told.
        let _ = self.devices[index].edit(draft);
    }

    fn ask(&mut self, index: usize) {
        let (pull, limit) = (self.random.chance(50), 1 + self.random.below(8));
        let dies = self.random.chance(3);
        let request = self.devices[index].ask(pull, limit, dies);
        self.say(&|| format!("device {index} asks: {request:?}"));
        if let Some(request) = request {
            self.send(index, request);
        }
    }

    fn send(&mut self, from: usize, request: Request) {
        let life = self.devices[from].life;
        if self.random.chance(10) {
            self.tally.count("duplicated requests");
            self.messages.push(Message::ToServer { from, life, request: request.clone() });
        }
        self.messages.push(Message::ToServer { from, life, request });
    }

    /// Any message arrives, not the oldest first, unless its device is cut off.
    fn deliver(&mut self) -> Result<(), String> {
        if self.messages.is_empty() {
            return Ok(());
        }
        let index = self.random.below(self.messages.len());
        self.deliver_at(index, true)
    }

    fn deliver_at(&mut self, index: usize, dangerous: bool) -> Result<(), String> {
        let (Message::ToServer { from: end, .. } | Message::ToDevice { to: end, .. }) = &self.messages[index];
        if !self.connected[*end] {
            return Ok(());
        }
        if index > 0 {
            self.tally.count("reordered messages");
        }
        match self.messages.remove(index) {
            Message::ToServer { from, life, request } => self.serve(from, life, &request, dangerous),
            Message::ToDevice { to, life, answer } if self.devices[to].life == life => {
                let dies = dangerous && self.random.chance(3);
                self.hear(to, answer, dies)
            }
            Message::ToDevice { .. } => Ok(()),
        }
    }

    /// The server answers, unless it dies before it commits, or after and before the answer is sent.
    fn serve(&mut self, from: usize, life: u64, request: &Request, dangerous: bool) -> Result<(), String> {
        let before = self.server.clone();
        let answer = self.answer(request)?;
        self.say(&|| format!("the server answers device {from}: {answer:?}"));
        match self.random.below(100) {
            0..3 if dangerous => {
                self.tally.count("server crashes");
                self.server.database = before.database;
            }
            3..6 if dangerous => self.tally.count("server crashes"),
            _ => self.messages.push(Message::ToDevice { to: from, life, answer }),
        }
        Ok(())
    }

    fn answer(&mut self, request: &Request) -> Result<Answer, String> {
        Ok(match request {
            Request::Register => Answer::Registered(self.server.register()),
            Request::Push(push) => {
                let before = self.server.database.counter;
                let reply = answered(self.server.push(push))?;
                self.make_invisible(before);
                for status in reply.iter().flat_map(|(_, news)| news) {
                    self.tally.count(match status {
                        Status::Applied => "applied",
                        Status::Merged => "merged",
                        Status::Unchanged => "unchanged",
                        Status::Conflict => "merge conflicts",
                        Status::Rejected => "rejected",
                    });
                }
                Answer::Pushed(push.device.clone(), reply.map(|(reply, _)| reply))
            }
            Request::Pull { device, since, limit, snapshot } => {
                Answer::Pulled(*since, answered(self.server.pull(device, *since, *limit, *snapshot))?)
            }
        })
    }

    /// The mistake to notice: numbers given to a transaction that commits after later ones.
    fn make_invisible(&mut self, before: u64) {
        let database = &mut self.server.database;
        database.invisible.clear();
        if self.broken == Some(BrokenCursor::Sequence) && self.random.chance(30) {
            let new = database.entities.values().filter(|entity| entity.seq > before);
            database.invisible = new.map(|entity| entity.key.clone()).collect();
        }
    }

    fn hear(&mut self, to: usize, answer: Answer, dies: bool) -> Result<(), String> {
        if dies {
            self.tally.count("device crashes");
        } else if let Answer::Pushed(_, Ok(reply)) = &answer {
            let sent = self.devices[to].replica.outbox();
            let sent: BTreeMap<u64, Operation> =
                sent.map(|pending| (pending.operation.seq, pending.operation.clone())).collect();
            let epoch = self.server.database.epoch;
            let current = self.devices[to].replica.meta().epoch == epoch.to_string();
            for receipt in reply.receipts.iter().filter(|_| current) {
                let operation = sent.get(&receipt.seq).cloned();
                self.acknowledged.extend(operation.map(|operation| (epoch, operation, receipt.clone())));
            }
        }
        match self.devices[to].hear(answer, dies) {
            // A push that overtook an older one. It is sent again.
            Ok(()) | Err(LogError::Gap { .. }) => Ok(()),
            Err(error) => Err(format!("device {to} was refused: {error}")),
        }
    }

    fn lose(&mut self) {
        if !self.messages.is_empty() {
            let index = self.random.below(self.messages.len());
            self.messages.remove(index);
            self.tally.count("lost messages");
        }
    }

    fn part(&mut self, index: usize) {
        self.connected[index] = !self.connected[index];
        self.tally.count("partitions begun or ended");
    }

    fn crash(&mut self, index: usize) {
        self.say(&|| format!("device {index} crashes"));
        self.devices[index].crash();
        self.tally.count("device crashes");
    }

    fn jump(&mut self) {
        let days = [-400, -1, 1, 40, 100, 400];
        self.server.clock += DAY * self.random.pick(&days);
        self.tally.count("clock jumps");
    }

    fn compact(&mut self) {
        self.say(&|| "the server forgets".to_owned());
        self.server.compact();
        self.tally.count("compactions");
    }

    fn back_up_or_restore(&mut self) {
        if self.random.chance(50) {
            self.backup = self.server.database.clone();
        } else {
            self.say(&|| "a backup is restored".to_owned());
            // What was acknowledged since the backup is gone with it.
            let epoch = self.server.database.epoch;
            self.server.restore(self.backup.clone());
            self.acknowledged.retain(|(life, ..)| *life > epoch);
            self.tally.count("restored backups");
        }
    }

    /// At any time: memory and database of a device agree, and no copy misses what lies below its cursor.
    fn check_copies(&self) -> Result<(), String> {
        let database = &self.server.database;
        for (index, device) in self.devices.iter().enumerate() {
            if !device.keeps_what_it_knows() {
                return Err(format!("device {index} did not keep what it knows"));
            }
            let meta = device.replica.meta();
            if meta.epoch != database.epoch.to_string() {
                continue;
            }
            for entity in database.entities.values().filter(|entity| entity.seq <= meta.cursor) {
                let here = device.replica.stored(&entity.key);
                if here != Some(entity).filter(|entity| !entity.deleted) {
                    return Err(format!(
                        "device {index} stands at {} and has missed {entity:?}: it has {here:?}",
                        meta.cursor
                    ));
                }
            }
        }
        Ok(())
    }

    /// The network is whole again and nothing more goes wrong, until all have come to rest.
    fn heal(&mut self) -> Result<(), String> {
        self.connected.fill(true);
        self.server.database.invisible.clear();
        for _ in 0..ROUNDS {
            while !self.messages.is_empty() {
                self.deliver_at(0, false)?;
            }
            let counter = self.server.database.counter;
            if self.devices.iter().all(|device| device.rests(counter)) {
                return Ok(());
            }
            for index in 0..self.devices.len() {
                for pull in [false, true] {
                    if let Some(request) = self.devices[index].ask(pull, 3, false) {
                        self.send(index, request);
                    }
                }
            }
        }
        Err("the devices do not come to rest".to_owned())
    }

    /// In the end: all copies are equal, and nothing that was acknowledged is lost.
    fn compare(&self) -> Result<(), String> {
        let database = &self.server.database;
        let live: Vec<_> = database.entities.values().filter(|entity| !entity.deleted).collect();
        for (index, device) in self.devices.iter().enumerate() {
            let copy: Vec<_> = device.replica.all_stored().collect();
            if copy != live {
                return Err(format!("device {index} has {copy:?}, the server {live:?}"));
            }
            let shown: Vec<_> = Kind::ALL.iter().flat_map(|kind| device.replica.entities(*kind)).collect();
            if shown.iter().collect::<Vec<_>>() != live {
                return Err(format!("device {index} shows {shown:?}, the server has {live:?}"));
            }
        }
        let (served, expected) = (database.cells(), database.oracle.all());
        if served != expected || cells(live.into_iter()) != expected {
            return Err(format!("the server has {served:?}, the oracle {expected:?}"));
        }
        for (_, operation, receipt) in &self.acknowledged {
            if !reachable(database, operation, receipt) {
                return Err(format!("{operation:?} was acknowledged by {receipt:?} and cannot be found"));
            }
        }
        Ok(())
    }
}

/// Tells what the server refuses, as it should, from what the oracle finds wrong.
fn answered<T>(result: Result<T, Stop>) -> Result<Result<T, LogError>, String> {
    match result {
        Ok(reply) => Ok(Ok(reply)),
        Err(Stop::Refused(error)) => Ok(Err(error)),
        Err(Stop::Wrong(why)) => Err(why),
    }
}

/// Whether what an operation said is a revision of its entity, or kept in a merge conflict.
fn reachable(database: &Database, operation: &Operation, receipt: &Receipt) -> bool {
    let body = operation.change.body();
    match receipt.status {
        Status::Rejected => true,
        Status::Conflict => database.revisions.values().filter_map(MergeConflict::of).any(|conflict| {
            Some(&conflict.mine.author) == Some(&operation.id) && conflict.mine.body.as_ref() == body
        }),
        Status::Applied | Status::Merged => database.revisions.values().any(|entity| {
            Some(entity.revision) == receipt.revision
                && entity.author == operation.id
                && entity.live() == body
        }),
        Status::Unchanged => body.is_none_or(|body| {
            database.revisions.values().any(|entity| {
                let kind = entity.key.kind;
                entity.live().is_some_and(|live| oracle::cells(kind, live) == oracle::cells(kind, body))
            })
        }),
    }
}
