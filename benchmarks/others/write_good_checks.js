"use strict";
// The phrases of inmail-lint's comparable rules as checks of write-good: `node write_good_checks.js MODULE LISTS.json FILE...`,
// with the path of write-good's module, prints how much was found. (Its own command takes one file beside `--checks`.)
const fs = require("fs");

const [, , program, lists, ...files] = process.argv;
const writeGood = require(program);
const checks = Object.fromEntries(Object.entries(JSON.parse(fs.readFileSync(lists, "utf8")).en.phrases).map(([name, all]) => {
    const expressions = all.map((e) => new RegExp(e, "gi"));
    const found = (text) => expressions.flatMap((expression) => [...text.matchAll(expression)]);
    const fn = (text) => found(text).map((match) => ({ index: match.index, offset: match[0].length }));
    return [name, { fn, explanation: name }];
}));
let found = 0;
for (const file of files) found += writeGood(fs.readFileSync(file, "utf8"), { checks }).length;
console.log(found);
