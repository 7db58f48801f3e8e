//! The paths of the app, built in one place.

/// The list of projects.
pub const PROJECTS: &str = "/";
/// Make a project.
pub const NEW: &str = "/new";

/// A page of a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// What there is and what to do next.
    Overview,
    /// The corpus and its imports.
    Data,
    /// The rules and what they do.
    Rules,
    /// How every two rules vote.
    Matrix,
    /// How votes become labels.
    Model,
    /// Labels given by hand.
    Label,
    /// Frozen labels.
    Snapshots,
    /// Policies for changed copies of train documents.
    Augment,
    /// What a product's users are asked and answer.
    Widgets,
    /// People, programs, and who did what.
    Team,
}

impl Section {
    /// In the order of the rail.
    pub const ALL: [Self; 10] = [
        Self::Overview,
        Self::Data,
        Self::Rules,
        Self::Matrix,
        Self::Model,
        Self::Label,
        Self::Snapshots,
        Self::Augment,
        Self::Widgets,
        Self::Team,
    ];

    /// What the rail and the palette call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Data => "Data",
            Self::Rules => "Rules",
            Self::Matrix => "Matrix",
            Self::Model => "Model",
            Self::Label => "Label",
            Self::Snapshots => "Snapshots",
            Self::Augment => "Augment",
            Self::Widgets => "Widgets",
            Self::Team => "Team",
        }
    }

    /// The keys that lead to it.
    pub fn keys(self) -> &'static str {
        match self {
            Self::Overview => "g o",
            Self::Data => "g d",
            Self::Rules => "g r",
            Self::Matrix => "g x",
            Self::Model => "g m",
            Self::Label => "g l",
            Self::Snapshots => "g s",
            Self::Augment => "g a",
            Self::Widgets => "g w",
            Self::Team => "g t",
        }
    }

    /// Its path in a project.
    pub fn path(self, project: &str) -> String {
        let below = match self {
            Self::Overview => "",
            Self::Data => "/data",
            Self::Rules => "/rules",
            Self::Matrix => "/matrix",
            Self::Model => "/model",
            Self::Label => "/label",
            Self::Snapshots => "/snapshots",
            Self::Augment => "/augment",
            Self::Widgets => "/widgets",
            Self::Team => "/team",
        };
        format!("/p/{project}{below}")
    }

    /// The section a path shows, if it is one of a project's.
    pub fn of(path: &str) -> Option<Self> {
        let mut parts = path.trim_matches('/').split('/');
        if parts.next() != Some("p") || parts.next().is_none_or(str::is_empty) {
            return None;
        }
        match parts.next() {
            None => Some(Self::Overview),
            Some("data") => Some(Self::Data),
            Some("rules" | "lexicons") => Some(Self::Rules),
            Some("matrix") => Some(Self::Matrix),
            Some("model") => Some(Self::Model),
            Some("label") => Some(Self::Label),
            Some("snapshots") => Some(Self::Snapshots),
            Some("augment") => Some(Self::Augment),
            Some("widgets") => Some(Self::Widgets),
            Some("team") => Some(Self::Team),
            Some(_) => None,
        }
    }
}

/// One rule on the rules page.
pub fn rule(project: &str, rule: &str) -> String {
    format!("{}/{rule}", Section::Rules.path(project))
}

/// The lexicons of a project.
pub fn lexicons(project: &str) -> String {
    format!("/p/{project}/lexicons")
}

/// One of its lexicons.
pub fn lexicon(project: &str, lexicon: &str) -> String {
    format!("{}/{}", lexicons(project), js_sys::encode_uri_component(lexicon))
}

/// One policy in the studio; the studio itself for an empty name.
pub fn policy(project: &str, policy: &str) -> String {
    format!("{}/{policy}", Section::Augment.path(project)).trim_end_matches('/').to_owned()
}

/// The merge conflicts of a project.
pub fn merge_conflicts(project: &str) -> String {
    format!("/p/{project}/conflicts")
}

/// Where to sign in, and go to a path then.
pub fn sign_in(to: &str) -> String {
    // A path of the app is letters, digits, slashes and dashes, and what a person typed stays one parameter.
    format!("/sign-in?to={}", js_sys::encode_uri_component(to))
}

/// Whether a page needs nobody to be signed in.
pub fn is_open(path: &str) -> bool {
    matches!(path.trim_end_matches('/'), "/sign-in" | "/invitation")
}

/// The project a path is in.
pub fn project_of(path: &str) -> Option<&str> {
    path.strip_prefix("/p/")?.split('/').next().filter(|id| !id.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_section_finds_itself_in_its_own_path() {
        for section in Section::ALL {
            assert_eq!(Section::of(&section.path("01f")), Some(section));
            assert_eq!(project_of(&section.path("01f")), Some("01f"));
        }
        assert_eq!(Section::of(&rule("01f", "r1")), Some(Section::Rules));
    }

    #[test]
    fn paths_outside_a_project_have_no_section() {
        for path in ["/", "/new", "/p/", "/p//data", "/p/1/nowhere"] {
            assert_eq!(Section::of(path), None, "{path}");
        }
    }
}
