//! What the sample's comments are made of: sentences with `{slots}`, words for the slots, rules and a lexicon.

/// What is sold.
pub(super) struct Category {
    pub(super) name: &'static str,
    pub(super) products: &'static [&'static str],
    /// Parts that its products may have.
    pub(super) parts: &'static [&'static str],
}

pub(super) const CATEGORIES: [&Category; 5] = [
    &Category {
        name: "kitchen",
        products: &["kettle", "blender", "toaster", "coffee grinder", "pan", "rice cooker", "food processor"],
        parts: &["lid", "handle", "cable", "switch", "seal", "timer"],
    },
    &Category {
        name: "audio",
        products: &["headset", "speaker", "soundbar", "microphone", "radio", "turntable"],
        parts: &["cable", "battery", "remote", "volume knob", "power supply", "case"],
    },
    &Category {
        name: "garden",
        products: &["hose", "lawn mower", "hedge trimmer", "watering can", "wheelbarrow", "sprinkler"],
        parts: &["handle", "connector", "wheel", "grip", "nozzle", "bracket"],
    },
    &Category {
        name: "office",
        products: &["desk lamp", "keyboard", "chair", "monitor stand", "notebook", "printer"],
        parts: &["cable", "base", "button", "hinge", "cover", "screw"],
    },
    &Category {
        name: "toys",
        products: &["puzzle", "train set", "kite", "toy kitchen", "board game", "remote control car"],
        parts: &["box", "wheel", "battery compartment", "string", "lid", "leaflet"],
    },
];

/// Sentences of someone who is glad.
pub(super) const PRAISE: [&str; 41] = [
    "I {love} this {product}.",
    "Absolutely love it.",
    "Best {product} I have {owned}.",
    "{great} {product} for the price.",
    "{great} quality, it will last for years.",
    "Great product, great price.",
    "{great} little {product}, we {love} it.",
    "I would {love} to have had this {product} earlier.",
    "Really good value.",
    "The kids {love} it, and so do I.",
    "We all {love} the new {product}.",
    "Such a good idea.",
    "Works {well}.",
    "Works {well}, {long} in and no problems at all.",
    "Bought it for my {person} and {pronoun} {love_3rd} it.",
    "My {person} uses it every day.",
    "Does exactly what it says on the box.",
    "Easy to set up, I was done in ten minutes.",
    "Not bad at all for a cheap {product}.",
    "No complaints so far.",
    "Could not be happier with this {product}.",
    "Looks even better than in the pictures.",
    "Arrived {early} and well packed.",
    "I was sceptical at first but this {product} won me over.",
    "Sturdy, simple and quiet.",
    "Replaced my broken {product} with this one and never looked back.",
    "Five stars, would buy again.",
    "Highly recommended.",
    "I have already recommended it to {people}.",
    "Money well spent.",
    "Excellent service, they answered within an hour.",
    "What more could you want?",
    "Why did I not buy this {product} years ago?",
    "Perfect size for a small {room}.",
    "The {part} is really well made.",
    "Fits {well} in our {room}.",
    "Light, compact and easy to clean.",
    "This {product} is a joy to use.",
    "So much better than my old one.",
    "Still going strong after {long}.",
    "Happy with my purchase.",
];

/// Sentences of someone who is not.
pub(super) const COMPLAINT: [&str; 36] = [
    "Stopped working after {soon}.",
    "The {part} broke after {soon}.",
    "The {part} came off the first time I used it.",
    "Arrived {damaged}.",
    "The {product} was {damaged} when it arrived.",
    "Waste of money.",
    "Complete waste of time and money.",
    "I want a refund.",
    "Asked for a refund {weeks} ago and still nothing.",
    "Support does not answer my mails.",
    "Nothing like the picture.",
    "Feels like cheap plastic.",
    "Looks good but does not work.",
    "I wanted to like this {product}, I really did.",
    "Great idea, terrible execution.",
    "Great, another {product} for the bin.",
    "It is far too {bad}.",
    "The {part} is much too {bad}.",
    "Very {disappointed}.",
    "{disappointed} with the quality.",
    "It smells of burnt rubber.",
    "Does not fit, although the description says it does.",
    "Instructions are useless.",
    "Who designed this?",
    "How is this {product} still being sold?",
    "Sent it back the next day.",
    "Two of the parts were missing.",
    "Died after {soon}.",
    "Do not buy this.",
    "I would give zero stars if I could.",
    "My {person} could not get it to work either.",
    "The {part} is loose.",
    "Started making a strange noise after {soon}.",
    "Not worth the price.",
    "Worst {product} I have {owned}.",
    "Came with the wrong {part}.",
];

/// Sentences of someone who wants to know.
pub(super) const QUESTION: [&str; 24] = [
    "Does it {suit}?",
    "Does this {product} {suit}?",
    "Is the {part} included?",
    "Can the {part} be replaced?",
    "How long is the cable?",
    "How loud is it?",
    "How do I clean the {part}?",
    "What are the measurements of the {product}?",
    "Is it suitable for a small {room}?",
    "Anyone know if it comes with a {part}?",
    "Does anyone know whether the {part} is made of metal or plastic",
    "Where is it made?",
    "Is there a warranty, and for how long?",
    "Can I use it outside?",
    "Will it fit in a {room} of nine square metres?",
    "Is this a good present for my {person}?",
    "Would you say this {product} is worth the price?",
    "Which size should I get for my {person}?",
    "Can someone tell me how heavy it is",
    "Does it also come in black?",
    "I am looking for a {product} that can {suit}, is this the right one?",
    "Has anyone tried it with {thing}?",
    "When will the {product} be back in stock?",
    "What happens if the {part} breaks?",
];

/// What comes before the point.
pub(super) const SMALL_TALK: [&str; 12] = [
    "Bought this {product} {weeks} ago.",
    "We moved house and needed a new {product}.",
    "I have had three of these over the years.",
    "My first {product} from this brand.",
    "Saw it in a shop and ordered it here.",
    "A present from my {person}.",
    "For our {room}.",
    "Ordered on a Monday.",
    "Hi all,",
    "OK so",
    "Full disclosure, I got it on sale.",
    "I do not write many reviews.",
];

/// What someone glad would still change.
pub(super) const QUIBBLE: [&str; 7] = [
    "The only downside is the {part}.",
    "I would have liked a longer cable.",
    "Delivery took a while but it was worth it.",
    "The box was a bit damaged, the {product} was fine.",
    "Bit {bad}, but I can live with it.",
    "The manual is hard to read but you will not need it.",
    "One part was missing but they sent it within {weeks}.",
];

/// What someone unhappy still likes.
pub(super) const CONSOLATION: [&str; 7] = [
    "It does look nice though.",
    "At least it was cheap.",
    "Good packaging, I give them that.",
    "The colour is great, that is all.",
    "My old one was the best.",
    "I used to love this brand.",
    "Would have been perfect otherwise.",
];

/// The words of a slot.
pub(super) fn words(slot: &str) -> &'static [&'static str] {
    match slot {
        "love" => &["love", "really like", "love", "adore", "like"],
        "love_3rd" => &["loves", "really likes", "adores", "loves"],
        "owned" => &["ever owned", "bought so far", "had in years", "used"],
        "great" => &["great", "very good", "excellent", "good", "fantastic", "solid"],
        "well" => &["very well", "perfectly", "like a charm", "great", "as expected", "flawlessly"],
        "soon" => {
            &["two days", "a week", "three weeks", "a month", "one use", "a couple of days", "three uses"]
        }
        "long" => &["six months", "a year", "two years", "three months", "a whole summer"],
        "weeks" => &["a week", "two weeks", "three weeks", "a month", "ten days"],
        "early" => &["a day early", "on time", "two days early", "quickly"],
        "damaged" => &["damaged", "broken", "with a crack in it", "scratched", "defective", "in pieces"],
        "bad" => &["loud", "small", "heavy", "flimsy", "complicated", "stiff", "expensive"],
        "disappointed" => &["disappointed", "let down", "unhappy", "frustrated"],
        "person" => {
            &["daughter", "son", "mother", "dad", "wife", "husband", "neighbour", "grandson", "flatmate"]
        }
        "pronoun" => &["she", "he", "the whole family"],
        "people" => &["my neighbours", "two friends", "everyone at work", "my sister"],
        "room" => &["kitchen", "flat", "garden shed", "living room", "office", "cellar"],

        "suit" => &[
            "work with 230 volts",
            "run on rechargeable batteries",
            "fit a standard plug",
            "work with an older phone",
            "cope with hard water",
            "stay outside in winter",
        ],
        "thing" => &["rechargeable batteries", "an older phone", "an extension cable", "hard water"],
        _ => &["it"],
    }
}

/// Terms of the lexicon `failures`.
pub(super) const FAILURES: [&str; 14] = [
    "broke",
    "broken",
    "came off",
    "crack",
    "damaged",
    "defective",
    "died",
    "does not work",
    "loose",
    "missing",
    "refund",
    "stopped working",
    "useless",
    "waste of money",
];

/// The sample's rules. `likes` and `shouting` are what one writes first and then learns from: words of liking stand in
/// complaints too, and people shout for joy as well as in anger.
pub(super) const RULES: [(&str, &str); 5] = [
    (
        "likes",
        r#"rule likes "words of liking, wherever they stand":
  PRAISE when text has any ("good", "great", "like", "love")
"#,
    ),
    (
        "failures",
        r#"rule failures "something broke, leaked or has to go back":
  COMPLAINT when text has @failures
"#,
    ),
    (
        "asks",
        r#"rule asks "ends with a question mark, or asks for help":
  QUESTION when text ~ /\?\W*$/ or text has any ("anyone know", "can someone")
"#,
    ),
    (
        "stars",
        r#"rule stars "the stars say it, where there are some":
  PRAISE when stars = 5 and verified
  COMPLAINT when stars <= 2
"#,
    ),
    (
        "shouting",
        r#"rule shouting "angry people shout":
  COMPLAINT when share(text, uppercase) > 0.5 or count(text, /!/) >= 2
"#,
    ),
];
