// The rule editor: CodeMirror 6 behind one function.
//
// It knows nothing of the rule language. Tokens, completions and diagnostics come from the page, which asks the same
// parser the server uses. All offsets are UTF-16 code units, as JavaScript counts.

import { acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { lintKeymap, openLintPanel, setDiagnostics } from "@codemirror/lint";
import type { Diagnostic } from "@codemirror/lint";
import { EditorState, StateField } from "@codemirror/state";
import type { Text } from "@codemirror/state";
import { Decoration, EditorView, drawSelection, keymap } from "@codemirror/view";
import type { DecorationSet, KeyBinding } from "@codemirror/view";
import { docs } from "./docs";
import type { Hover } from "./docs";
import { theme } from "./theme";

/** What the page gives the editor. */
export interface Options {
  /** The text to begin with. */
  text: string;
  /** The editor's accessible name. */
  label: string;
  /** The nonce of the page's Content-Security-Policy, for the editor's style element. */
  nonce: string;
  /** Names of the token kinds that `tokens` numbers; a token gets the class `tok-NAME`. */
  kinds: string[];
  /** Flat triples `from, to, kind`, ascending and disjoint. */
  tokens(text: string): Uint32Array;
  /** What could stand at an offset; `from` and `to` say what it takes the place of. */
  complete(text: string, offset: number): Suggestion[];
  /** What is known of the word at an offset, or of what is wrong there. */
  hover(text: string, offset: number): Hover | null;
  /** Called after each edit by the user. */
  changed(text: string): void;
}

/** One completion. */
export interface Suggestion {
  from: number;
  to: number;
  insert: string;
  label: string;
  detail: string;
}

/** Something that is wrong with the text. */
export interface Problem {
  from: number;
  to: number;
  severity: "error" | "warning";
  message: string;
  /** The name of its kind. */
  code: string;
  /** Changes that may mend it, all of the text as it is now. */
  fixes: { title: string; edits: { from: number; to: number; insert: string }[] }[];
}

/** What the page can do with an open editor. */
export interface Handle {
  /** Replaces the whole text, as one step that undo takes back; does not call `changed`. */
  setText(text: string): void;
  /** Underlines these places, and offers their fixes: beside the text on hover, and in a panel by `Mod-.`. */
  setDiagnostics(problems: Problem[]): void;
  /** Selects a piece of the text and puts the focus into the editor. */
  select(from: number, to: number): void;
  /** Takes the editor out of the page. */
  close(): void;
}

/** Opens an editor in an empty element. */
export function open(parent: HTMLElement, options: Options): Handle {
  let byPage = false;
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        EditorView.cspNonce.of(options.nonce),
        theme,
        history(),
        drawSelection(),
        closeBrackets(),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": options.label, spellcheck: "false", autocapitalize: "off" }),
        highlighting(options),
        autocompletion({ override: [(context) => completions(context, options)], icons: false, interactionDelay: 40 }),
        docs(options.hover),
        // Tab is left to the page except to take a completion, so that it never traps the focus.
        keymap.of([...pageKeys, { key: "Tab", run: acceptCompletion }, ...closeBracketsKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap, ...defaultKeymap]),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !byPage) options.changed(update.state.doc.toString());
        }),
      ],
    }),
  });

  return {
    setText(text) {
      if (text === view.state.doc.toString()) return;
      byPage = true;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
      byPage = false;
    },
    setDiagnostics: (problems) => view.dispatch(setDiagnostics(view.state, problems.map((it) => diagnostic(it, view.state.doc)))),
    select(from, to) {
      const end = view.state.doc.length;
      view.dispatch({ selection: { anchor: Math.min(from, end), head: Math.min(to, end) }, scrollIntoView: true });
      view.focus();
    },
    close: () => view.destroy(),
  };
}

/** `Mod-Enter` is the page's: here it only must not do what CodeMirror would do. */
const pageKeys: KeyBinding[] = [
  { key: "Mod-Enter", run: () => true },
  { key: "Mod-.", run: openLintPanel },
];

/** A problem of a text as CodeMirror shows it. */
function diagnostic(problem: Problem, doc: Text): Diagnostic {
  return {
    from: Math.min(problem.from, doc.length),
    to: Math.min(problem.to, doc.length),
    severity: problem.severity,
    message: problem.message,
    source: problem.code,
    actions: problem.fixes.map((fix) => ({
      name: fix.title,
      apply(view) {
        // Places in another text mean nothing.
        if (!view.state.doc.eq(doc)) return;
        view.dispatch({ changes: fix.edits, userEvent: "input.fix" });
        view.focus();
      },
    })),
  };
}

/** Colours the page's tokens. A rule is at most 64 kB, so the whole text is tokenized on each edit. */
function highlighting(options: Options) {
  const marks = options.kinds.map((kind) => Decoration.mark({ class: `tok-${kind}` }));
  const decorate = (doc: Text): DecorationSet => {
    const tokens = options.tokens(doc.toString());
    const ranges = [];
    for (let at = 0; at + 2 < tokens.length; at += 3) {
      const mark = marks[tokens[at + 2]!];
      if (mark && tokens[at]! < tokens[at + 1]!) ranges.push(mark.range(tokens[at]!, tokens[at + 1]!));
    }
    return Decoration.set(ranges);
  };
  return StateField.define<DecorationSet>({
    create: (state) => decorate(state.doc),
    update: (marks, transaction) => (transaction.docChanged ? decorate(transaction.newDoc) : marks),
    provide: (field) => EditorView.decorations.from(field),
  });
}

function completions(context: CompletionContext, options: Options): CompletionResult | null {
  const suggestions = options.complete(context.state.doc.toString(), context.pos);
  const first = suggestions[0];
  // Unasked, the list opens only once something has been typed that it could complete.
  if (!first || (!context.explicit && first.from === context.pos)) return null;
  return {
    from: first.from,
    to: first.to,
    filter: false,
    options: suggestions.map(
      (it): Completion => ({ label: it.label, detail: it.detail, apply: it.insert }),
    ),
  };
}
