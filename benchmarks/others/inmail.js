"use strict";
// The comparable part of inmail-lint's rules as one local textlint rule; it reads the file that peers.py writes from the rules,
// one folder up. Phrases run on a text in small letters without accents, each line as one regular expression: of the forms tried
// (one for all of a rule, with and without the flag i) this was three times as fast as the next. A draft's language is the
// beginning of its file's name.
const fs = require("fs");
const path = require("path");

const PLAIN = { á: "a", é: "e", í: "i", ó: "o", ú: "u", ü: "u", ñ: "n" };
const LISTS = path.join(__dirname, "..", "lists.json");
const compiled = new Map();

function listsOf(language) {
    if (!compiled.has(language)) {
        const { phrases, limits } = JSON.parse(fs.readFileSync(LISTS, "utf8"))[language];
        const rules = Object.entries(phrases).flatMap(([name, all]) => all.map((e) => [name, new RegExp(e, "g")]));
        compiled.set(language, { rules, limits });
    }
    return compiled.get(language);
}

const count = (text, expression) => (text.match(expression) || []).length;

function counted(subject, body) {
    const sentences = body.split(/[.!?]+\s|\n\n/).map((sentence) => count(sentence, /[\p{L}\p{N}'’-]+/gu));
    return {
        "exclamation-many": count(body, /!/g),
        "questions": count(body, /\?/g),
        "links": count(body, /https?:\/\/|www\./g),
        "body-length": count(body, /[\p{L}\p{N}'’-]+/gu),
        "subject-length": subject.length,
        "sentence-length": Math.max(...sentences),
    };
}

module.exports = function inmail(context) {
    const { Syntax, RuleError, report, getSource, getFilePath, locator } = context;
    return {
        [Syntax.Document](node) {
            const text = getSource(node);
            const { rules, limits } = listsOf(path.basename(getFilePath()).slice(0, 2));
            const say = (name, from, to) => report(node, new RuleError(name, { padding: locator.range([from, to]) }));
            const begins = text.indexOf("\n\n") + 2;
            const body = text.slice(begins);
            const folded = body.toLowerCase().replace(/[áéíóúüñ]/g, (letter) => PLAIN[letter]);
            for (const [name, expression] of rules) {
                for (const match of folded.matchAll(expression)) {
                    say(name, begins + match.index, begins + match.index + match[0].length);
                }
            }
            const counts = counted(text.slice("Subject: ".length, begins - 2), body);
            for (const [name, limit] of Object.entries(limits)) {
                if (counts[name] > limit.above || counts[name] < limit.below) say(name, 0, 1);
            }
        },
    };
};
