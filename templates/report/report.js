"use strict";
/*
 * Search, links, map, switches, time and list of phones; the page is whole without it. It reads the packed blocks before it (docs/report.md),
 * builds elements, never writes markup, asks for nothing and keeps nothing. s, m and p are the number of a switch, a module, a phone.
 */
const REGISTERED = 0, BACK = 1, DOWN = 2, NOT_LOGGED = 3, LOST_EVENT = 1,
	STATE_WORDS = ["phone registered", "phone lost and back", "phone lost, not seen to come back", "phone lost, return not logged"],
	STATE_CSS = ["p-reg", "p-back", "p-down", "p-lost"],
	PORT_CSS = ["p-unk", "p-none", "p-none", "p-up"],
	PORT_WORDS = ["not read", "no link", "disabled", "link up, no phone"];

const active = () => document.activeElement,
	small = text => text.toLowerCase(),
	{ min, max, abs } = Math,
	all = (selector, within = document) => [...within.querySelectorAll(selector)],
	byId = id => document.getElementById(id),
	count = number => number.toLocaleString("en-US"),
	phoneCount = number => count(number) + (number === 1 ? " phone" : " phones"),
	share = (lost, all) => !all ? "no phones" : count(lost) + " of " + phoneCount(all) + " lost",
	linkOf = p => "phone=" + encodeURIComponent(nameOf(p)),
	listed = facts => facts.filter(Boolean).join(" · "),
	mark = name => performance.mark(name),
	on = (element, event, action, options) => element.addEventListener(event, action, options);

const make = (tag, properties, ...children) => dressed(document.createElement(tag), properties, children);
const shape = (tag, properties, ...children) => dressed(document.createElementNS("http://www.w3.org/2000/svg", tag), properties, children);

/** An element with `text`, handlers (`on…`), attributes and children. */
function dressed(element, properties, children = []) {
	for (const [name, value] of Object.entries(properties)) {
		if (name === "text") element.textContent = value;
		else if (name.startsWith("on")) on(element, name.slice(2), value);
		else element.setAttribute(name, value);
	}
	element.append(...children);
	return element;
}

/** The first place in a sorted column that is not below a bound. */
function lower(column, bound) {
	let low = 0, high = column.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (column[middle] < bound) low = middle + 1;
		else high = middle;
	}
	return low;
}

/** One call a frame, with the newest values. */
function once(action) {
	let newest = null;
	return (...values) => {
		newest || requestAnimationFrame(() => { const wanted = newest; newest = null; action(...wanted); });
		newest = values;
	};
}

// Data: d holds the columns of every block read so far.

const d = {},
	pending = new Map();

function need(...names) {
	return Promise.all(names.map(name => {
		if (!pending.has(name)) pending.set(name, inflate(name));
		return pending.get(name);
	}));
}

async function inflate(name) {
	const node = byId("d-" + name), text = node.textContent;
	node.remove();
	const bytes = Uint8Array.fromBase64 ? Uint8Array.fromBase64(text) : Uint8Array.from(atob(text), letter => letter.charCodeAt(0)),
		stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")),
		raw = new Uint8Array(await new Response(stream).arrayBuffer()),
		head = new DataView(raw.buffer).getUint32(0, true),
		{ columns, ...values } = JSON.parse(new TextDecoder().decode(raw.subarray(4, 4 + head)));
	Object.assign(d, values);
	let at = 4 + head;
	for (const [column, length, width, differences] of columns) {
		d[column] = columnOf(raw, at, length, width, differences);
		at += length * width;
	}
	prepared[name]?.();
}

function columnOf(raw, at, length, width, differences) {
	if (width === 1 && !differences) return raw.slice(at, at + length);
	const column = new Uint32Array(length);
	let whole = 0;
	for (let row = 0; row < length; row++) {
		let value = 0;
		for (let plane = 0; plane < width; plane++) value |= raw[at + plane * length + row] << (8 * plane);
		value >>>= 0;
		if (differences) value = whole += value % 2 ? -(value + 1) / 2 : value / 2;
		column[row] = value;
	}
	return column;
}

const prepared = {
	core() {
		for (const name of ["switchName", "switchAddress", "moduleId"]) d[name] = d[name] ? d[name].split("\n") : [];
		const phones = d.position.length, modules = d.moduleSwitch.length;
		d.first = new Uint32Array(modules + 2);  // phones of module m: first[m] to first[m + 1]; last those without a place
		for (let m = 0; m <= modules; m++) d.first[m] = lower(d.module, m);
		d.first[modules + 1] = phones;
		d.modulesOf = d.switchName.map(() => []);
		d.moduleSwitch.forEach((owner, m) => d.modulesOf[owner].push(m));
		d.hit = new Int32Array(phones);  // 1 and the row of the loss that counts now; 0 for none, -1 for one outside incidents
		d.lostOn = new Uint32Array(modules + 1);
	},
	txt() {
		for (const name of ["head", "line"]) {  // the first word and the rest are one again
			const first = d[name + "First"], firsts = d[name + "FirstWords"], rest = d[name + "Words"], known = [], words = [],
				whole = (number, p) => known[first[p] * rest.length + number] ??= words.push(firsts[first[p]] + rest[number]) - 1;
			if (rest.length > 1) Object.assign(d, { [name]: Uint32Array.from(d[name], whole), [name + "Words"]: words });
			else Object.assign(d, { [name]: first, [name + "Words"]: firsts.map(text => text + rest[0]) });
		}
	},
	ev() {
		d.last = new Uint8Array(d.hit.length);
		if (!d.bin) d.phone.forEach((p, row) => { d.last[p] = d.kind[row]; });
	},
};

/** A name of a switch without the domain that all share. */
const short = name => (d.domain && name.endsWith(d.domain) ? name.slice(0, -d.domain.length) : name),
	word = (name, row) => d[name + "Words"][d[name][row]],
	stem = (text, position) => text.slice(1) + (text[0] === "+" ? position : ""),
	unplaced = p => d.module[p] === d.moduleSwitch.length,
	switchOf = p => (unplaced(p) ? -1 : d.moduleSwitch[d.module[p]]),
	portOf = p => stem(word("interface", p), d.position[p]),
	placeOf = p => (unplaced(p) ? "" : d.switchName[switchOf(p)] + " " + portOf(p)),
	phonesOn = m => d.first[m + 1] - d.first[m];
const hasPanel = m => phonesOn(m) > 0 || !d.moduleId[m].endsWith(".nm");  // uplink modules stand beside their stack member
const phonesOf = s => d.modulesOf[s].reduce((sum, m) => sum + phonesOn(m), 0),
	lostOf = s => d.modulesOf[s].reduce((sum, m) => sum + d.lostOn[m], 0);

const half = low => low.toString(16).padStart(6, "0");

function nameOf(p) {
	const prefix = word("prefix", p), low = d.mac[p];
	return prefix ? prefix.slice(1) + word("vendor", p) + half(low).toUpperCase() : d.odd[low];
}

const numbered = (before, number) => p => word(before, p) + (d[number][p] ? d[number][p] - 1 : ""),
	descriptionOf = numbered("head", "tail"), extensionOf = numbered("line", "lineTail");

const addressOf = p => word("net", p) + (d.host[p] < 256 ? "." + d.host[p] : "");

// Of a loss, by its row.
const lostAt = row => d.lostAt[row] ?? -1,
	backAt = row => (d.backAt[row] ?? 0) - 1,
	causeOf = row => d.causes[d.lossCause[row] - 1]?.[0];

/** Seconds after the start in UTC, with the date in a log of days; empty for never. */
function clock(since, always = false) {
	if (since < 0) return "";
	const text = new Date((d.base + since) * 1000).toISOString();
	return (always || d.span[1] - d.span[0] > 86400 ? text.slice(always ? 0 : 5, 10) + " " : "") + text.slice(11, 19);
}

/** Step 0 to 4 of the ramp, as report/tally.py says. */
function step(lost, phones) {
	if (!lost || !phones || lost < min(3, phones)) return 0;
	return [0.1, 0.25, 0.5, 0.8].filter(bound => lost / phones >= bound).length;
}

// What is chosen now, and what follows from it.

const now = { phone: -1, owner: -1, cause: 0, incident: 0, from: null, to: null };

const whole = () => now.from === null,
	live = text => { (byId("live") || byId("map-say")).textContent = text; },
	hold = (at, least, most) => min(max(at, least), most);

/** Whether a loss is one of those chosen. */
const chosen = row => (!now.cause || d.lossCause[row] === now.cause) && (!now.incident || d.lossIncident[row] === now.incident) && (whole() || (d.lostAt[row] >= now.from && d.lostAt[row] < now.to));

/** Count lost phones by module: of the incidents, the last chosen loss of each, or also of the log in the chosen time. */
function recount() {
	d.hit.fill(0);
	d.lostOn.fill(0);
	d.total = 0;
	const take = (p, loss) => {
		if (!d.hit[p]) { d.lostOn[d.module[p]]++; d.total++; }
		d.hit[p] = loss;
	};
	d.lossPhone.forEach((p, row) => { if (chosen(row)) take(p, row + 1); });
	if (whole() || d.bin || now.cause || now.incident) return;
	for (let row = lower(d.time, now.from); d.time[row] < now.to; row++) if (d.kind[row] === LOST_EVENT && !d.hit[d.phone[row]]) take(d.phone[row], -1);
}

const stateOf = p => (d.hit[p] > 0 ? d.lossState[d.hit[p] - 1] : !d.hit[p] ? REGISTERED : !d.returns ? NOT_LOGGED : d.last && d.last[p] !== LOST_EVENT ? BACK : DOWN);

const views = [];  // each draws itself anew after a change
function refresh() {
	recount();
	for (const view of views) view();
}

async function chooseTime(from, to, keep = false) {
	await need("core", "ids", "ev");
	const last = max(d.span[1] + 1, 1);
	now.from = from === null ? null : hold(min(from, to), 0, last);
	now.to = from === null ? null : min(last, max(from, to, now.from + 1));
	refresh();
	if (!keep) writeLink();
}

/** Narrow the page to the losses of a cause or an incident; 0 for all. */
function chooseLosses(cause, incident = 0) {
	Object.assign(now, { cause, incident });
	refresh();
	writeLink(true);
}

// Links: #phone=, #switch=, #cause=, #incident=, #t=, and #SEP….

const stamp = since => new Date((d.base + since) * 1000).toISOString().replace(/[-:]|\.000Z/g, "");

function writeLink(entry = false) {
	const parts = [];
	if (now.phone >= 0) parts.push(linkOf(now.phone));
	else if (now.owner >= 0) parts.push("switch=" + encodeURIComponent(d.switchName[now.owner]));
	for (const name of ["cause", "incident"]) if (now[name]) parts.push(name + "=" + now[name]);
	if (now.from !== null) {
		const day = stamp(0).slice(0, 9), ends = [now.from, now.to].map(stamp);
		parts.push("t=" + (ends.every(text => text.startsWith(day)) ? ends.map(text => text.slice(9)) : ends).join("-"));
	}
	const link = parts.length ? "#" + parts.join("&") : location.pathname;
	if (location.hash !== link) history[entry ? "pushState" : "replaceState"](null, "", link);
}

/** The ends of `0930-0935` or `20261122T093000-20261122T0935` in seconds; -1 for neither. */
function readTime(text) {
	const found = /^(?:(\d{8})T)?(\d{4}(?:\d\d)?)-(?:(\d{8})T)?(\d{4}(?:\d\d)?)$/.exec(text);
	if (!found) return -1;
	const first = stamp(0).slice(0, 8),
		at = (day, time) => Date.parse(((day || first) + time.padEnd(6, "0")).replace(/^(....)(..)(..)(..)(..)(..)$/, "$1-$2-$3T$4:$5:$6Z")) / 1000 - d.base,
		from = at(found[1], found[2]), to = at(found[3] || found[1], found[4]);
	return to > from ? [from, to] : -1;
}

/** The phone of a name or MAC; -1 for none. */
function findPhone(text) {
	const name = text.toUpperCase().replace(/[.:\s-]/g, ""), low = parseInt(name.slice(-6), 16), odd = d.odd.indexOf(text);
	return d.mac.findIndex((mac, p) => (mac === low && nameOf(p).endsWith(name)) || (mac === odd && nameOf(p) === text));
}

async function follow() {
	const text = location.hash.slice(1);
	if (!text || byId(text)) return;
	await need("core", "ids");
	const wanted = new URLSearchParams(text.includes("=") ? text.replace(/\+/g, "%2B") : "phone=" + text), missing = [];
	const get = (name, find, none = -1) => {
		const value = wanted.get(name), found = value === null ? none : find(value);
		if (found === -1) missing.push(name + " " + value);
		return found;
	};
	now.cause = get("cause", value => (d.causes[value - 1] ? Number(value) : -1), 0);
	now.incident = get("incident", value => (d.lossIncident.includes(Number(value)) ? Number(value) : -1), 0);
	const time = get("t", readTime, [null, null]), p = get("phone", findPhone, -2), owner = get("switch", value => d.switchName.indexOf(value), -2);
	live(missing.length ? "Not in this report: " + missing.join(", ") + "." : "");
	if (missing.length) {
		for (const name of ["cause", "incident"]) now[name] = max(now[name], 0);
		byId("bar").scrollIntoView();
		return;
	}
	if (time[0] !== now.from || time[1] !== now.to) await chooseTime(...time, true);
	else refresh();
	if (p >= 0 || owner >= 0) await choose(p, p >= 0 ? switchOf(p) : owner, true);
	else (byId("cause-" + now.cause) || byId("incident-" + now.incident) || byId(whole() ? "verdict" : "when")).scrollIntoView();
	mark("link");
}

/** Open a switch with one of its phones; -1 for none. */
async function choose(p, owner, keep = false) {
	Object.assign(now, { phone: p, owner });
	await need("ids");
	if (!keep) writeLink(true);
	await showSwitch(p);
}

// Chips: what narrows the page, in the bar.

function startChips() {
	const chips = byId("chips");
	chips.hidden = false;
	views.push(() => {
		const found = [],
			chip = (text, off) => found.push(make("button", { text: text + " ✕", "aria-label": "Remove: " + text, onclick: off }));
		if (now.from !== null) chip(clock(now.from) + " – " + clock(now.to), () => chooseTime(null, null));
		if (now.cause) chip(d.causes[now.cause - 1][0], () => chooseLosses(0, now.incident));
		if (now.incident) chip("incident " + now.incident, () => chooseLosses(now.cause));
		if (found.length) found.push(phoneCount(d.total) + " lost");
		chips.replaceChildren(...found);
	});
	for (const line of all("[data-cause]")) {
		line.firstElementChild.onclick = () => {
			chooseLosses(Number(line.dataset.cause));
			line.lastElementChild.replaceChildren(make("a", { href: "#phones", text: count(d.total) + " phones: list ↓" }));
			byId("phones").scrollIntoView();
		};
		line.hidden = false;
	}
	for (const line of all("[data-ticket]")) {
		line.firstElementChild.onclick = () => copyTicket(line);
		line.hidden = false;
	}
}

/** Copy an incident; where the browser does not let it (a page that came by plain http), show it to be copied by hand. */
async function copyTicket(line) {
	await need("txt");
	const text = d.tickets[line.dataset.ticket - 1].join("\n"), [, said, before] = line.children, say = words => { said.textContent = words; };
	before?.remove();
	try {
		await (navigator.clipboard?.writeText(text) ?? Promise.reject());
		say("Copied.");
	} catch {
		const box = make("textarea", { text, readonly: "", rows: 12, "aria-label": "Incident as text" });
		say("The browser lets no page copy here. Copy it yourself:");
		line.append(box);
		box.select();
	}
}

/** Above the map and the opened switch: of which incidents the losses are, and a button for each. */
function startIncidents() {
	const most = max(0, ...d.lossIncident);
	if (most < 2) return;
	for (const line of all(".incidents")) {
		const said = make("span", {}), numbers = [...Array(most + 1).keys()],
			buttons = [...numbers.slice(1), 0].map(number => make("button", { text: number || "all", "aria-label": number ? "Incident " + number : "All incidents", onclick: () => chooseLosses(0, number) }));
		line.replaceChildren(said, ...buttons);
		line.hidden = false;
		views.push(() => {
			const incident = now.cause ? d.lossIncident[d.lossCause.indexOf(now.cause)] : now.incident, of = now.cause ? "cause " + now.cause + ", in incident " + incident : "incident " + incident;
			said.textContent = "Losses of " + (incident ? of : whole() ? "all " + most + " incidents" : "the chosen time, in and outside incidents");
			buttons.forEach((button, at) => { button.ariaPressed = !now.cause && (at + 1) % (most + 1) === now.incident; });
		});
	}
}

// Search.

/**
 * What tells that a phone has a text: [column, by value of it true, false or what must follow, test of that]. Words that many phones are
 * known by are compared once; only what could go on behind a word is looked at by phone.
 */
function phoneTests(asked) {
	const tests = [], letters = /^[a-z]*/.exec(asked)[0], bare = text => text.replace(/^[a-z]+(?=\d)/, ""), from = asked.search(/\d*$/), inTail = /^\d{1,9}$/.test(asked) && inNumber(asked),
		digits = d.prefixWords.reduce((text, word) => text.replace(small(word.slice(1)), ""), asked).replace(/[.:-]/g, ""), hex = /^[0-9a-f]{3,12}$/.test(digits),
		put = (column, kinds, test) => { if (kinds.some(Boolean)) tests.push([column, kinds, test]); };
	const spelled = (column, words, text, first, value, also) => put(column, words.map(word => ends(word, text, first) || (also && [])),
		(p, rest) => rest.some(start => String(value(p)).startsWith(start)) || (also && also(value(p))));
	const odd = d.odd.map(text => small(text).includes(asked)), vendors = d.vendorWords.map(word => ends(small(word), digits, digits.length - 6)), wanted = parseInt(digits, 16), mask = 16 ** digits.length - 1;
	const inName = p => {
		const low = d.mac[p], rest = vendors[d.vendor[p]];
		for (let shift = 24 - 4 * digits.length; shift >= 0; shift -= 4) if ((low >> shift & mask) === wanted) return true;
		return rest === true || (rest && rest.some(start => half(low).startsWith(start)));
	};
	put(d.module, [...Array.from(d.moduleSwitch, s => small(d.switchName[s]).includes(asked)), false]);
	put(d.prefix, d.prefixWords.map(word => (word ? hex : odd.includes(true)) && [word]), (p, [word]) => (word ? inName(p) : odd[d.mac[p]]));
	for (const [before, number] of [["head", "tail"], ["line", "lineTail"]]) spelled(d[before], d[before + "Words"].map(small), asked, from, p => d[number][p] - 1, inTail);
	spelled(d.net, d.netWords.map(text => text && text + "."), asked, from, p => (d.host[p] < 256 ? d.host[p] : ""));
	const port = word => (small(word).startsWith(letters, 1) ? bare(small(stem(word, ""))) + (word[0] === "=" ? " " : "") : "");
	spelled(d.interface, d.interfaceWords.map(port), bare(asked), 0, p => d.position[p]);
	return tests;
}

/** Phones with the text as it is, then those with all its words, a block of phones at a time. */
function phonesWith(asked, most) {
	const found = new Set(), words = asked.split(" "), hit = new Uint8Array(4096);
	for (const rounds of [[asked], words].slice(0, words.length).map(texts => texts.map(phoneTests))) {
		for (let from = 0; from < d.mac.length && found.size < most; from += 4096) {
			const to = min(from + 4096, d.mac.length);
			hit.fill(0);
			rounds.forEach((tests, round) => tests.forEach(test => raise(hit, round, from, to, ...test)));
			for (let p = from; p < to && found.size < most; p++) if (hit[p - from] === rounds.length) found.add(p);
		}
	}
	return [...found];
}

/** Raise the phones of a block that passed the rounds before and pass this one. */
function raise(hit, round, from, to, column, kinds, test) {
	for (let p = from; p < to; p++) {
		const kind = kinds[column[p]];
		if (kind && hit[p - from] === round && (kind === true || test(p, kind))) hit[p - from]++;
	}
}

/** Whether a text is in a word; else what of it must follow the word. */
function ends(word, asked, from) {
	if (word.includes(asked)) return true;
	const rest = [];
	for (let at = max(from, 1); at < asked.length; at++) if (word.endsWith(asked.slice(0, at))) rest.push(asked.slice(at));
	return rest.length > 0 && rest;
}

/** A test whether digits stand in a number. */
function inNumber(digits) {
	const wanted = Number(digits), power = 10 ** digits.length;
	return number => {
		for (let left = number; left >= power / 10; left = left / 10 | 0) if (left % power === wanted) return true;
		return false;
	};
}

/** Hits: [label, detail, action]. */
function lookUp(query) {
	const asked = query.trim().toLowerCase(), found = [];
	if (!asked) return found;
	const among = (kind, most, hit) => d.texts[kind].some((text, at) => {
		if (text.includes(asked) && hit(at)) found.push(hit(at));
		return found.length > most;
	});
	among(0, 3, at => [d.causes[at][0], "cause " + (at + 1), () => { location.hash = "cause=" + (at + 1); }]);
	among(1, 6, s => [d.switchName[s], "switch " + word("switchModel", s) + " " + d.switchAddress[s], () => choose(-1, s)]);
	among(2, 9, m => hasPanel(m) && d.moduleId[m] !== d.switchName[d.moduleSwitch[m]] && [d.moduleId[m], "module " + word("moduleModel", m), () => choose(-1, d.moduleSwitch[m])]);
	const phones = phonesWith(asked, 200), shown = phones.slice(0, max(12 - found.length, 4)).map(phoneHit), rest = phones.length - shown.length;
	found.push(...shown);
	if (rest > 0) found.push([(phones.length < 200 ? rest : "Many") + " more phones", "type more of it", null]);
	return found;
}

const phoneHit = p => [nameOf(p), listed([STATE_WORDS[stateOf(p)], descriptionOf(p), extensionOf(p), addressOf(p), placeOf(p) || "no port known"]), () => choose(p, switchOf(p))];

function startSearch() {
	const list = byId("hits"), input = byId("search-text");
	d.texts = [d.causes.map(([name]) => name), d.switchName.map((name, s) => name + " " + d.switchAddress[s] + " " + word("switchModel", s)), d.moduleId].map(names => names.map(small));
	let hits = [], at = -1;
	const close = () => { list.hidden = true; at = -1; dressed(input, { "aria-expanded": false, "aria-activedescendant": "" }); },
		pick = number => { const action = hits[number]?.[2]; if (action) { close(); input.blur(); action(); } };
	const point = number => {
		at = number;
		[...list.children].forEach((row, place) => { row.ariaSelected = place === at; });
		if (at >= 0) { input.setAttribute("aria-activedescendant", "hit-" + at); list.children[at].scrollIntoView({ block: "nearest" }); }
	};
	const show = () => {
		hits = d.head ? lookUp(input.value) : [];
		const none = !hits.length && input.value.trim();
		const rows = hits.map(([label, detail], number) => make("li", { role: "option", id: "hit-" + number, "aria-selected": false },
			make("bdi", { class: "mono", text: label }), " ", make("bdi", { class: "small", text: detail })));
		rows.forEach((row, number) => on(row, "pointerdown", e => { e.preventDefault(); pick(number); }));
		if (none) rows.push(make("li", { role: "option", "aria-selected": false, text: d.head ? "Not in this report." : "Reading …" }));
		list.replaceChildren(...rows);
		list.hidden = !rows.length;
		input.ariaExpanded = !list.hidden;
		if (hits.length) point(0);
	};
	on(input, "input", show);
	on(input, "focus", () => { if (input.value) show(); });
	on(input, "blur", close);
	on(input, "keydown", e => {
		if (e.key === "ArrowDown" && hits.length) point((at + 1) % hits.length);
		else if (e.key === "ArrowUp" && hits.length) point((at + hits.length - 1) % hits.length);
		else if (e.key === "Enter") pick(at);
		else if (e.key === "Escape") { close(); input.value = ""; }
		else return;
		e.preventDefault();
	});
	on(window, "keydown", e => {
		if (e.key === "/" && e.target !== input && !e.ctrlKey && !e.metaKey) { e.preventDefault(); input.select(); }
	});
	byId("search").hidden = false;
	return () => { if (active() === input) show(); };
}

/** Show of each picture that is wider than its room what it is about: its first loss, or what is drawn thick. */
function showSpots() {
	for (const picture of all(".scroll > svg")) {
		const spot = all(".onset, .hot-row, .hot-box, .hot-wire, .hot-link, .hot-server, use", picture)[0], room = picture.parentNode;
		if (!spot || room.scrollWidth <= room.clientWidth) continue;
		const { x, width } = spot.getBBox(), scale = picture.clientWidth / picture.viewBox.baseVal.width;
		room.scrollLeft = x * scale - max(40, (room.clientWidth - width * scale) / 2 * !spot.matches(".onset"));
	}
}

// Time: a window on every clock, and two sliders.

function startTime() {
	const clocks = all("svg[data-start]");
	if (!clocks.length) return;
	const length = max(d.span[1] - d.span[0], 1), unit = length > 7200 ? 60 : 1,
		[from, to, said, tools] = ["time-from", "time-to", "time-say", "time-tools"].map(byId),
		slide = once(() => chooseTime(Number(from.value), Number(to.value)));
	for (const slider of [from, to]) Object.assign(slider, { min: d.span[0], max: d.span[0] + length, step: unit, oninput: slide });
	tools.hidden = false;
	const shades = clocks.map(brushOn);
	const show = () => {
		from.value = whole() ? d.span[0] : now.from;
		to.value = whole() ? d.span[0] + length : now.to;
		for (const slider of [from, to]) slider.ariaValueText = clock(Number(slider.value)) + " UTC";
		said.textContent = whole() ? "the whole log" : clock(now.from) + " – " + clock(now.to) + " UTC: " + phoneCount(d.total) + " lost" + (d.bin ? " in incidents" : ", in and outside incidents");
		shades.forEach(shade => shade());
	};
	views.push(show);
	show();
}

/** Let a clock take a drag, and show its first loss where the window is narrow; gives what shows the chosen time. */
function brushOn(picture) {
	const [start, end, left, right] = ["start", "end", "left", "right"].map(name => Number(picture.dataset[name])),
		box = picture.viewBox.baseVal, shade = shape("rect", { class: "shade", y: 0, height: box.height, width: 0 }),
		move = once(chooseTime);
	picture.append(shade);
	picture.classList.add("clock-pic");
	const timeAt = e => {
		const place = picture.getBoundingClientRect(),
			x = (e.clientX - place.left) / place.width * box.width;
		return Math.round(start + hold((x - left) / (right - left), 0, 1) * (end - start) - d.base);
	};
	let began = null, x = 0;
	on(picture, "pointerdown", e => { began = timeAt(e); x = e.clientX; picture.setPointerCapture(e.pointerId); });
	on(picture, "pointermove", e => { if (began !== null && abs(e.clientX - x) > 3) move(began, timeAt(e)); });
	on(picture, "lostpointercapture", () => { began = null; });
	return () => {
		const at = since => left + hold((d.base + since - start) / (end - start), 0, 1) * (right - left);
		dressed(shade, { x: at(now.from ?? 0), width: whole() ? 0 : at(now.to) - at(now.from) });
	};
}

// Map: drawn anew on a canvas, with modules and, nearer, ports.

function startMap() {
	const box = byId("map"), still = byId("map-static");
	if (!box || !still || !d.frames.length) return null;
	const canvas = byId("map-canvas"), said = byId("map-say"), tools = byId("map-tools"), pen = canvas.getContext("2d"),
		[wide, high] = d.cell, right = max(...d.frames.map(([x, , width]) => x + width)), most = 24 * 16 / wide,
		tiles = [...d.switchX.keys()].filter(s => d.switchX[s]), rowsOf = d.modulesOf.map(own => own.filter(hasPanel));
	let colours = {}, k = 1, left = 0, top = 0, width = 0, height = 0, focus = -1, over = -1, only = false, moved = false, hitTiles = new Set();

	/** A colour in this theme. */
	const ink = name => colours[name] || (colours[name] = getComputedStyle(box).getPropertyValue("--" + name).trim());
	/** A switch on the canvas: left, top, width, height. */
	const tile = s => [(d.switchX[s] - 1) / 10 * k + left, (d.switchY[s] - 1) / 10 * k + top, wide * k, high * k];

	const draw = once(() => {
		const density = devicePixelRatio, ports = k * wide / 24 >= 3.5, quiet = {}, news = {}, glyphs = [];
		pen.setTransform(density, 0, 0, density, 0, 0);
		pen.clearRect(0, 0, width, height);
		pen.strokeStyle = ink("rule");
		for (const [x, y, w, h] of d.frames) pen.strokeRect(x * k + left, y * k + top, w * k, h * k);
		const seen = tiles.filter(s => { const [x, y, w, h] = tile(s); return x < width && x + w > 0 && y < height && y + h > 0; });
		for (const s of seen) {
			const [x, y, w, h] = tile(s), row = h / rowsOf[s].length;
			rowsOf[s].forEach((m, place) => drawModule(only && !hitTiles.has(s) ? quiet : news, glyphs, m, x, y + row * place, w, row - (row > 3 ? 1 : 0), ports));
		}
		for (const group of [quiet, news]) {
			pen.globalAlpha = group === quiet ? 0.25 : 1;
			for (const [colour, boxes] of Object.entries(group)) {
				pen.fillStyle = ink(colour);
				for (let at = 0; at < boxes.length; at += 4) pen.fillRect(boxes[at], boxes[at + 1], boxes[at + 2], boxes[at + 3]);
			}
		}
		glyphs.forEach(drawGlyph);
		drawNames(seen);
		const ring = (s, colour, lineWidth, out) => {
			const [x, y, w, h] = tile(s);
			Object.assign(pen, { strokeStyle: ink(colour), lineWidth }).strokeRect(x - out, y - out, w + 2 * out, h + 2 * out);
		};
		seen.filter(s => hitTiles.has(s)).forEach(s => ring(s, "ink", 1, 0.5));
		d.framed.filter(s => d.switchX[s]).forEach(s => ring(s, "down", 3, 2));
		if (over >= 0) ring(over, "ink", 1, 1);
		if (focus >= 0 && active() === canvas) ring(focus, "focus", 3, 3);
		pen.lineWidth = 1;
	});

	function drawModule(group, glyphs, m, x, y, w, h, ports) {
		const phones = phonesOn(m), put = (colour, ...rect) => (group[colour] = group[colour] || []).push(...rect);
		if (!ports || !phones) return put(phones ? "r" + step(d.lostOn[m], phones) : "empty", x, y, w, h);
		const places = hold(d.modulePlaces[m], 2, 96), pitch = w / Math.ceil(places / 2), gap = pitch > 5 ? 1 : 0.4;
		put("up", x, y, w, h);
		for (let p = d.first[m]; p < d.first[m + 1]; p++) {
			const at = hold(d.position[p], 1, places) - 1, state = stateOf(p),
				rect = [x + (at >> 1) * pitch, y + (at % 2) * h / 2, pitch - gap, h / 2 - gap];
			put(["reg", "back", "down", "down"][state], ...rect);
			if (state === NOT_LOGGED && pitch >= 6) put("card", rect[0] + 1, rect[1] + 1, rect[2] - 2, rect[3] - 2);
			if (state && pitch >= 6 && h >= 12) glyphs.push([...rect, state, ["on-back", "on-down", "down"][state - 1]]);
		}
	}

	/** A cross for what is down, a stroke for what came back, a bar where that is not logged. */
	function drawGlyph([x, y, w, h, state, colour]) {
		pen.strokeStyle = ink(colour);
		pen.lineWidth = max(1, min(w, h) / 9);
		pen.beginPath();
		for (const [from, to] of [[[0.78, 0.22]], [[0.78, 0.22], [0.22, 0.78]], [[0.5, 0.5]]][state - 1]) {
			pen.moveTo(x + w * 0.25, y + h * from);
			pen.lineTo(x + w * 0.75, y + h * to);
		}
		pen.stroke();
	}

	/** A name that fits into a width: the middle goes, because names differ at their ends. */
	function fitted(text, room) {
		let half = min(text.length >> 1, room / 4 | 0), words = text;
		while (half > 1 && pen.measureText(words).width > room) words = text.slice(0, half) + "…" + text.slice(-half--);
		return words;
	}

	function drawNames(seen) {
		const write = (text, x, y, size, weight, room) => { pen.font = weight + " " + size + "px " + getComputedStyle(box).fontFamily; pen.fillText(fitted(text, room), x, y, room); };
		for (const [x, y, text, css] of d.labels) {
			const size = min(12 * k, 15);
			pen.fillStyle = ink(css === "ts" ? "muted" : "ink");
			if (size >= 8) write(text, x * k + left, y * k + top, size, css === "ts" ? 400 : 600);
		}
		pen.fillStyle = ink("ink");
		if (d.gap * k >= 12) for (const s of seen) { const [x, y, w, h] = tile(s); write(short(d.switchName[s]), x, y + h + 11, 11, 400, w); }
	}

	function place(wanted, x, y) {
		const inside = (at, size, room) => hold(at, min(0, room - size) - 40, max(0, room - size) + 40);
		k = hold(wanted, min(width / right, height / d.height) * 0.9, most);
		left = inside(x, right * k, width);
		top = inside(y, d.height * k, height);
		draw();
	}

	/** What the reader looks at: the switch in focus, else the one that lost most, else what is in the middle. */
	function spot() {
		const s = focus >= 0 ? focus : [...hitTiles].reduce((worst, one) => (worst < 0 || lostOf(one) > lostOf(worst) ? one : worst), -1);
		if (s < 0) return [width / 2, height / 2];
		const [x, y, w, h] = tile(s);
		return [x + w / 2, y + h / 2];
	}

	/** Round a point, which stays where it is; else round what the reader looks at, which comes to the middle. */
	function zoom(factor, at) {
		const wanted = min(k * factor, most), change = wanted / k, [x, y] = at || spot(), [toX, toY] = at || [width / 2, height / 2];
		moved = true;
		place(wanted, toX - (x - left) * change, toY - (y - top) * change);
	}

	/** All of it; where that is lower than its room, as high as this and moved to what was hit. */
	function home() {
		const all = min(width / right, height / d.height), high = height / d.height;
		moved = false;
		if (high < all * 1.02) return place(all, (width - right * all) / 2, 0);
		k = high;
		place(high, width / 2 - spot()[0] + left, 0);
	}

	/** What was hit, as large as there is room for. */
	function fit() {
		const xs = [...hitTiles].map(s => (d.switchX[s] - 1) / 10), ys = [...hitTiles].map(s => (d.switchY[s] - 1) / 10);
		if (!xs.length) return home();
		const x = min(...xs) - 12, y = min(...ys) - 24, across = max(...xs) + wide + 12 - x, down = max(...ys) + high + 24 - y, all = min(width / across, height / down, 4);
		moved = true;
		place(all, (width - across * all) / 2 - x * all, (height - down * all) / 2 - y * all);
	}

	/** Fly to a switch; at once where the reader wants no motion. */
	function near(s) {
		const start = [k, left, top], began = performance.now();
		zoom(max(k, min(200 / wide, 8)) / k);
		const [x, y, w, h] = tile(s);
		place(k, left + width / 2 - x - w / 2, top + height / 2 - y - h / 2);
		const goal = [k, left, top], fly = time => {
			const part = hold((time - began) / 150, 0, 1);
			[k, left, top] = goal.map((end, at) => start[at] + (end - start[at]) * part);
			draw();
			if (part < 1) requestAnimationFrame(fly);
		};
		if (!matchMedia("(prefers-reduced-motion: reduce)").matches) fly(began);
	}

	const words = s => d.switchName[s] + ": " + share(lostOf(s), phonesOf(s)),
		tileAt = ({ offsetX, offsetY }) => tiles.find(s => { const [x, y, w, h] = tile(s); return offsetX >= x && offsetX <= x + w && offsetY >= y && offsetY <= y + h; }) ?? -1;

	/** To the next switch. */
	function walk(dx, dy) {
		const among = only ? tiles.filter(s => hitTiles.has(s)) : tiles;
		let best = focus < 0 ? [...hitTiles][0] ?? among[0] ?? -1 : -1, least = Infinity;
		for (const s of focus < 0 ? [] : among) {
			const x = d.switchX[s] - d.switchX[focus], y = d.switchY[s] - d.switchY[focus], ahead = x * dx + y * dy, far = ahead + 3 * abs(x * dy + y * dx);
			if (ahead > 5 && far < least) { least = far; best = s; }
		}
		if (best < 0) return;
		focus = best;
		said.textContent = words(best);
		const [x, y, w, h] = tile(best), shift = (at, size, room) => (at < 20 ? 20 - at : min(room - 20 - at - size, 0));
		place(k, left + shift(x, w, width), top + shift(y, h, height));
	}

	const keys = {
		ArrowLeft: () => walk(-1, 0), ArrowRight: () => walk(1, 0), ArrowUp: () => walk(0, -1), ArrowDown: () => walk(0, 1),
		"+": () => zoom(1.5), "-": () => zoom(1 / 1.5), 0: home, Enter: () => { if (focus >= 0) choose(-1, focus); },
	};
	on(canvas, "keydown", e => {
		if (!keys[e.key] || e.ctrlKey || e.metaKey) return;
		e.preventDefault();
		keys[e.key]();
	});
	on(canvas, "focus", draw);
	on(canvas, "blur", draw);
	on(canvas, "wheel", e => {
		if (!e.ctrlKey && active() !== canvas) return;  // the page scrolls until the map is clicked
		e.preventDefault();
		zoom(Math.exp(-e.deltaY / 400), [e.offsetX, e.offsetY]);
	}, { passive: false });

	const held = new Map();  // pointers: one moves the map, two zoom it, a press opens a switch
	let dragged = 0;
	on(canvas, "pointerdown", e => { if (!held.size) dragged = 0; held.set(e.pointerId, e); canvas.setPointerCapture(e.pointerId); });
	on(canvas, "pointermove", e => {
		const was = held.get(e.pointerId);
		if (!was) { over = tileAt(e); canvas.title = over < 0 ? "" : words(over); draw(); return; }
		const dx = e.clientX - was.clientX, dy = e.clientY - was.clientY, other = [...held.values()].find(one => one.pointerId !== e.pointerId);
		dragged += abs(dx) + abs(dy);
		held.set(e.pointerId, e);
		if (other) {
			const apart = one => Math.hypot(one.offsetX - other.offsetX, one.offsetY - other.offsetY) || 1;
			zoom(apart(e) / apart(was), [(e.offsetX + other.offsetX) / 2, (e.offsetY + other.offsetY) / 2]);
		} else if (dragged > 4) { moved = true; place(k, left + dx, top + dy); }
	});
	on(canvas, "pointerup", e => {
		const s = held.delete(e.pointerId) && dragged <= 4 ? tileAt(e) : -1;
		if (s >= 0) { focus = s; choose(-1, s); }
	});
	on(canvas, "pointercancel", e => held.delete(e.pointerId));
	on(canvas, "pointerleave", () => { over = -1; draw(); });

	const show = some => { only = some; for (const one of all("[aria-pressed]", tools)) one.ariaPressed = only === (one.dataset.do === "only"); draw(); },
		actions = { whole: () => { show(false); home(); }, only: () => show(true), fit, in: keys["+"], out: keys["-"] };
	on(tools, "click", e => actions[e.target.dataset.do]?.());
	tools.hidden = box.hidden = false;
	for (const one of all(".scroll, .names", still)) one.hidden = true;
	const size = () => {
		width = box.clientWidth;
		height = Math.round(hold(width / right * d.height, min(200, d.height), 620));
		canvas.width = width * devicePixelRatio;
		canvas.height = height * devicePixelRatio;
		canvas.style.height = height + "px";
		if (moved) place(k, left, top); else home();
	};
	new ResizeObserver(() => { if (box.clientWidth && box.clientWidth !== width) size(); }).observe(box);
	for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)"]) on(matchMedia(query), "change", () => { colours = {}; draw(); });
	size();
	views.push(() => { hitTiles = new Set(tiles.filter(s => d.modulesOf[s].some(m => step(d.lostOn[m], phonesOn(m))))); if (moved) draw(); else home(); });
	show(tiles.length > 200 && d.lossPhone.length > 0);
	return near;
}

// Switch: panels of its modules, what is on a port.

let flyTo = null;

async function showSwitch(p) {
	const body = byId("switch-body");
	if (!body) return;
	await need("ids", "txt", "ports");
	byId("switch").hidden = false;
	drawSwitch(p);
	if (now.owner >= 0 && flyTo && d.switchX[now.owner]) flyTo(now.owner);
	byId("switch").scrollIntoView();
	body.querySelector("[data-chosen]")?.focus({ preventScroll: true });
}

/** The panels with the chosen losses, and what is on the port of a phone. */
function drawSwitch(p) {
	const body = byId("switch-body"), owner = now.owner;
	byId("port-card").replaceChildren();
	body.replaceChildren();
	if (owner >= 0) {
		const facts = [word("switchModel", owner), d.switchAddress[owner], word("switchFacts", owner), share(lostOf(owner), phonesOf(owner))];
		body.append(make("h3", { text: d.switchName[owner] }), make("p", { class: "small", text: listed(facts) }), ...d.modulesOf[owner].filter(hasPanel).map(m => panel(m, p)));
	}
	if (p >= 0) tell(p);
}

function panel(m, p) {
	const rows = [], twin = d.moduleId.indexOf(d.moduleId[m] + ".nm"), ups = [];
	for (const own of [m, twin].filter(one => one >= 0)) {
		for (let row = lower(d.portModule, own); d.portModule[row] === own; row++) (d.portUp[row] ? ups : rows).push(row);
	}
	const ports = new Map(rows.map(row => [d.portPosition[row], row])), phones = new Map();
	for (let p = d.first[m]; p < d.first[m + 1]; p++) phones.set(d.position[p], [...(phones.get(d.position[p]) || []), p]);
	const most = rows.reduce((all, row) => max(all, d.portErrors[row] - 1), 1), last = min(max(d.modulePlaces[m], ...phones.keys(), ...ports.keys()), 96),
		x = column => 2 + column * 22 + Math.floor(column / 6) * 8, cells = [];
	for (let at = 1; at <= last; at++) cells.push(portCell(at, x((at - 1) >> 1), at % 2 ? 30 : 50, phones.get(at) || [], ports.get(at), most, p));
	const width = x(Math.ceil(last / 2)), label = d.moduleId[m],
		picture = shape("svg", { class: "pic", viewBox: "0 0 " + width + " 88", width, height: 88, role: "group", "aria-label": "Ports of " + label }, ...cells);
	for (let at = 1; at <= last; at += 12) picture.append(shape("text", { class: "ts", x: x(at >> 1), y: 10, text: at }));
	const first = cells.find(cell => cell.dataset.chosen) || cells[0];
	if (first) dressed(first, { tabindex: 0 });
	on(picture, "keydown", e => {
		const at = cells.indexOf(e.target), to = { ArrowRight: at + 2, ArrowLeft: at - 2, ArrowDown: at | 1, ArrowUp: at & ~1, Home: 0, End: cells.length - 1 }[e.key];
		if (e.key === "Enter" || e.key === " ") e.target.dispatchEvent(new MouseEvent("click"));
		else if (to === undefined) return;
		else if (cells[to]) { dressed(cells[at], { tabindex: -1 }); dressed(cells[to], { tabindex: 0 }).focus(); }
		e.preventDefault();
	});
	const port = row => stem(word("portInterface", row), d.portPosition[row]), errors = row => (d.portErrors[row] > 1 ? ", " + count(d.portErrors[row] - 1) + " " + counterOf(row) : ""),
		worst = rows.reduce((a, b) => (d.portErrors[b] > (d.portErrors[a] || 1) ? b : a), -1);
	const facts = [label + " " + word("moduleModel", m), share(d.lostOn[m], phonesOn(m)), worst >= 0 && "most errors on " + port(worst) + errors(worst),
		...ups.map(row => "uplink " + port(row) + (d.portState[row] === 3 ? " up" : " without link") + errors(row))];
	return make("div", { class: "panel" }, make("p", { class: "small", text: listed(facts) }), make("div", { class: "scroll" }, ...(last ? [picture] : [])));
}

const counterOf = row => word("portCounter", row) + (d.portGrown[row] ? " since the visit before" : "");

function portCell(at, x, y, phones, row, most, p) {
	const worst = phones.reduce((a, b) => (stateOf(b) > stateOf(a) ? b : a), phones[0]), state = phones.length ? stateOf(worst) : -1,
		errors = row === undefined ? 0 : d.portErrors[row] - 1, link = row === undefined ? 0 : d.portState[row],
		words = ["port " + at + ": " + (state >= 0 ? STATE_WORDS[state] : PORT_WORDS[link]), phones.map(nameOf).join(", "), state > 0 ? clock(lostAt(d.hit[worst] - 1)) : "", errors > 0 ? count(errors) + " " + counterOf(row) : ""].filter(Boolean).join(", "),
		press = () => { if (phones.length) { now.phone = worst; writeLink(); tell(...phones); } else byId("port-card").replaceChildren(make("p", { text: words })); };
	const cell = shape("g", { role: "button", tabindex: "-1", "aria-label": words, onclick: press },
		shape("title", { text: words }), state > 0 ? shape("use", { href: "#" + STATE_CSS[state], x, y }) : shape("rect", { class: state ? PORT_CSS[link] : STATE_CSS[0], x, y, width: 19, height: 17 }));
	const size = max(2, errors / most * 14), bar = at % 2 ? [y - 3, -size] : [y + 20, size];
	if (errors > 0) cell.append(shape("path", { class: "err", d: "M" + (x + 9.5) + " " + bar.join("v") }));
	if (phones.includes(p)) { cell.dataset.chosen = "1"; cell.append(shape("rect", { class: "chosen", x: x - 2, y: y - 2, width: 23, height: 21 })); }
	return cell;
}

function tell(...phones) {
	const parts = phones.slice(0, 8).map(p => {
		const events = d.time && !d.bin ? [...d.phone.keys()].filter(row => d.phone[row] === p) : [],
			from = lower(d.lossPhone, p), losses = [...d.lossPhone.slice(from, lower(d.lossPhone, p + 1)).keys()].map(row => from + row);
		const facts = [["State", STATE_WORDS[stateOf(p)]], ["Description", descriptionOf(p)], ["Extension", extensionOf(p)], ["Port", placeOf(p) || "not known: " + word("why", p - d.first[d.moduleSwitch.length])],
			["Address", addressOf(p)], ["VLAN", word("vlan", p)], ["Call server", word("node", p)], ["Model", word("model", p)], ["Firmware", word("firmware", p)],
			...losses.flatMap(row => [["Lost", clock(lostAt(row), true)], ["Reason", word("reason", row)], ["Back", clock(backAt(row), true)], ["Cause", causeOf(row)]]), ["Log (UTC)", events.slice(0, 20).map(row => clock(d.time[row], true) + (d.kind[row] === LOST_EVENT ? " lost" : " back")).join(", ")]];
		return make("div", {}, make("h4", { class: "mono", text: nameOf(p) }), make("dl", {}, ...facts.filter(([, text]) => text).flatMap(([name, text]) => [make("dt", { text: name }), make("dd", {}, make("bdi", { text }))])));
	});
	byId("port-card").replaceChildren(...parts);
}

// Phones: a list that holds only the rows in sight.

/** The phone of a line of the list: a line is the row of a loss, or ~p where none counts. */
const phoneIn = line => (line < 0 ? ~line : d.lossPhone[line]);
const COLUMNS = [nameOf, descriptionOf, ...(document.querySelector(".with-extensions") ? [extensionOf] : []), p => (unplaced(p) ? "" : d.switchName[switchOf(p)]), portOf, addressOf,
	p => word("node", p)].map(text => line => text(phoneIn(line)));
COLUMNS.push(line => clock(lostAt(line)), line => clock(backAt(line)), line => ["", "back", "down", "not known"][line < 0 ? stateOf(~line) : d.lossState[line]]);
const ROW = 28;

function startList() {
	const box = byId("phone-list"), tools = byId("phone-tools"), still = byId("phones-static");
	if (!box || !tools || !d.hit.length) return;
	const sight = byId("sight"), inner = byId("rows"), heads = all("[role=columnheader]", box), buttons = all("button", tools);
	let rows = [], sort = -1, down = false, scope = "lost";
	on(tools, "click", e => { const wanted = e.target.dataset.do; if (wanted === "save") save(rows); else if (wanted) { scope = wanted; fill(); } });
	heads.forEach((head, column) => on(head, "click", () => { down = sort === column && !down; sort = column; fill(); }));

	const show = once(() => {
		const from = max(Math.floor(sight.scrollTop / ROW) - 4, 0), to = min(from + Math.ceil(sight.clientHeight / ROW) + 9, rows.length), lines = [];
		for (let at = from; at < to; at++) {
			const cells = COLUMNS.map((text, column) => make("div", { role: "cell", class: column ? "" : "mono", title: text(rows[at]) }, column ? make("bdi", { text: short(text(rows[at])) }) : make("a", { href: "#" + linkOf(phoneIn(rows[at])), text: text(rows[at]) }))),
				line = make("div", { class: "row", role: "row", "aria-rowindex": at + 2 }, ...cells);
			line.style.top = at * ROW + "px";
			lines.push(line);
		}
		inner.replaceChildren(...lines);
	});
	on(sight, "scroll", show);

	function fill() {
		const wanted = { lost: p => d.hit[p], down: p => stateOf(p) === DOWN, switch: p => switchOf(p) === now.owner, all: () => true }[scope];
		rows = [];
		let told = 0;
		d.lossPhone.forEach((p, row) => {
			const last = d.hit[p] === row + 1;
			if (chosen(row) && wanted(p) && (last || scope !== "down")) { rows.push(row); told += last; }
		});
		d.hit.forEach((hit, p) => { if (hit < 1 && wanted(p)) { rows.push(~p); told++; } });
		if (sort >= 0) {
			const text = COLUMNS[sort], keys = new Map(rows.map(line => [line, text(line)])), way = down ? -1 : 1;
			rows.sort((a, b) => (keys.get(a) < keys.get(b) ? -way : keys.get(a) > keys.get(b) ? way : phoneIn(a) - phoneIn(b) || a - b));
		} else rows.sort((a, b) => (d.lossCause[a] || 1e9) - (d.lossCause[b] || 1e9) || lostAt(a) - lostAt(b) || phoneIn(a) - phoneIn(b));
		heads.forEach((head, column) => { head.ariaSort = column !== sort ? "none" : down ? "descending" : "ascending"; });
		buttons.slice(0, -1).forEach(button => { button.ariaPressed = button.dataset.do === scope; });
		box.firstElementChild.ariaRowCount = rows.length + 1;
		inner.style.height = rows.length * ROW + "px";
		sight.style.height = hold(rows.length, 2, 18) * ROW + "px";
		byId("phone-say").textContent = phoneCount(told) + (rows.length > told ? ", " + count(rows.length) + " rows: one for each loss" : "");
		show();
	}
	views.push(once(fill));
	box.hidden = tools.hidden = false;
	if (still) still.hidden = true;
	fill();
}

/** A cell that is no formula. Source: OWASP, CSV injection. */
const cell = text => "\x22" + (/^[\s\x22']*[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/.test(text) ? "'" : "") + text.replaceAll("\x22", "\x22\x22") + "\x22";

function save(rows) {
	const lines = [all("#phone-list [role=columnheader]").map(head => head.textContent.trim()), ...rows.map(line => COLUMNS.map(text => cell(text(line))))],
		link = make("a", { href: URL.createObjectURL(new Blob(["\uFEFF" + lines.map(line => line.join(",") + "\r\n").join("")], { type: "text/csv" })), download: "phones.csv" });
	link.click();
	setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

// Start: the map first, then a link into the page, then the rest.

async function start() {
	await need("core");
	need("ids", "txt");  // beside the map
	recount();
	flyTo = startMap();
	startChips();
	startIncidents();
	views.push(() => { if (byId("switch") && !byId("switch").hidden) drawSwitch(now.phone); });
	refresh();
	mark("map-ready");
	startTime();
	showSpots();
	on(window, "popstate", follow);
	const again = startSearch();
	await follow();
	await need("ids", "txt");
	mark("search-ready");
	startList();
	again();
	await need("ports", "ev");
	if (now.phone >= 0) tell(now.phone);
	mark("all-ready");
}

if (typeof DecompressionStream === "undefined") live("This browser is too old for search, map and list; everything else is here.");
else start();
