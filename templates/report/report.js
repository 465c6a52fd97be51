"use strict";
/*
 * Search, links into the page, map, switches, time and the list of phones. The page is whole without it. It reads the packed blocks that
 * stand before it (docs/report.md), builds elements and sets text, never writes markup, asks for nothing and keeps nothing.
 */
const REGISTERED = 0, BACK = 1, DOWN = 2, LOST_EVENT = 1;
const STATE_WORDS = ["phone registered", "phone lost and back", "phone lost, not seen to come back"];
const STATE_CSS = ["p-reg", "p-back", "p-down"];
const PORT_CSS = ["p-unk", "p-none", "p-none", "p-up"];
const PORT_WORDS = ["not read", "no link", "disabled", "link up, no phone"];
const SVG = "http://www.w3.org/2000/svg";

// Small helpers.

const byId = id => document.getElementById(id);
const count = number => number.toLocaleString("en-US");
const mark = name => performance.mark(name);
const on = (element, event, action, options) => element.addEventListener(event, action, options);

/** An element with `text`, handlers (`on…`), attributes and children. */
function make(tag, properties = {}, ...children) {
	return dressed(document.createElement(tag), properties, children);
}

function shape(tag, properties = {}, ...children) {
	return dressed(document.createElementNS(SVG, tag), properties, children);
}

function dressed(element, properties, children = []) {
	for (const [name, value] of Object.entries(properties)) {
		if (name === "text") element.textContent = value;
		else if (name.startsWith("on")) on(element, name.slice(2), value);
		else element.setAttribute(name, value);
	}
	element.append(...children);
	return element;
}

/** The first place in a sorted column whose value is not below a bound. */
function lower(column, bound) {
	let low = 0, high = column.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (column[middle] < bound) low = middle + 1;
		else high = middle;
	}
	return low;
}

/** One call a frame at most, with the newest values. */
function once(action) {
	let newest = null;
	return (...values) => {
		if (!newest) requestAnimationFrame(() => { const wanted = newest; newest = null; action(...wanted); });
		newest = values;
	};
}

/** Work between frames until `step` says it is done. */
function inSlices(step) {
	return new Promise(done => {
		const later = window.requestIdleCallback || (call => setTimeout(call, 0));
		const slice = () => {
			const end = performance.now() + 8;
			while (performance.now() < end) if (step()) { done(); return; }
			later(slice, { timeout: 30 });
		};
		later(slice, { timeout: 30 });
	});
}

// Data. `data` holds the columns of every block read so far.

const data = {};
const pending = new Map();

function need(...names) {
	return Promise.all(names.map(name => {
		if (!pending.has(name)) pending.set(name, inflate(name));
		return pending.get(name);
	}));
}

async function inflate(name) {
	const node = byId("d-" + name), text = node.textContent;
	node.remove();
	const bytes = Uint8Array.fromBase64 ? Uint8Array.fromBase64(text) : Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
	const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
	const raw = new Uint8Array(await new Response(stream).arrayBuffer());
	const head = new DataView(raw.buffer).getUint32(0, true);
	const { columns, ...values } = JSON.parse(new TextDecoder().decode(raw.subarray(4, 4 + head)));
	Object.assign(data, values);
	let at = 4 + head;
	for (const [column, length, width, differences] of columns) {
		data[column] = columnOf(raw, at, length, width, differences);
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
		for (const name of ["switchName", "switchAddress", "moduleId"]) data[name] = data[name] ? data[name].split("\n") : [];
		const phones = data.state.length, modules = data.moduleSwitch.length;
		data.first = new Uint32Array(modules + 2);  // phones of module m: first[m] to first[m + 1]; the last are those without a place
		for (let m = 0; m <= modules; m++) data.first[m] = lower(data.module, m);
		data.first[modules + 1] = phones;
		data.modulesOf = data.switchName.map(() => []);
		data.moduleSwitch.forEach((owner, m) => data.modulesOf[owner].push(m));
		data.lost = Uint32Array.from(data.state.keys()).filter(phone => data.state[phone]);
		data.hit = new Uint8Array(phones);
		data.lostOn = new Uint32Array(modules + 1);
	},
	ids() {
		data.lostRow = new Int32Array(data.state.length).fill(-1);
		data.lost.forEach((phone, row) => { data.lostRow[phone] = row; });
	},
	txt() {
		data.description = data.description.split("\n");
	},
	ev() {
		data.last = new Uint8Array(data.state.length);
		if (!data.bin) data.phone.forEach((phone, row) => { data.last[phone] = data.kind[row]; });
	},
};

const word = (name, row) => data[name + "Words"][data[name][row]];
const stem = (text, position) => text.slice(1) + (text[0] === "+" ? position : "");
const unplaced = phone => data.module[phone] === data.moduleSwitch.length;
const switchOf = phone => (unplaced(phone) ? -1 : data.moduleSwitch[data.module[phone]]);
const portOf = phone => stem(word("interface", phone), data.position[phone]);
const phonesOn = m => data.first[m + 1] - data.first[m];
const hasPanel = m => phonesOn(m) > 0 || !data.moduleId[m].endsWith(".nm");  // uplink modules stand beside their stack member
const phonesOf = s => data.modulesOf[s].reduce((sum, m) => sum + phonesOn(m), 0);
const lostOf = s => data.modulesOf[s].reduce((sum, m) => sum + data.lostOn[m], 0);

function nameOf(phone) {
	const prefix = word("prefix", phone), low = data.mac[phone];
	return prefix ? prefix.slice(1) + word("vendor", phone) + low.toString(16).toUpperCase().padStart(6, "0") : data.odd[low];
}

function addressOf(phone) {
	const net = word("net", phone), host = data.host[phone];
	return host === 256 ? net : net + "." + host;
}

const lostAt = phone => data.lostAt[data.lostRow[phone]] ?? -1;
const backAt = phone => (data.backAt[data.lostRow[phone]] ?? 0) - 1;

/** Seconds after the start as a time of day in UTC, with the date where the log is longer than a day; empty for never. */
function clock(since, always = false) {
	if (since < 0) return "";
	const text = new Date((data.base + since) * 1000).toISOString();
	return (always || data.span[1] - data.span[0] > 86400 ? text.slice(always ? 0 : 5, 10) + " " : "") + text.slice(11, 19);
}

/** Step 0 to 4 of the ramp; report/tally.py says why three phones and a tenth. */
function step(lost, phones) {
	if (!lost || !phones || lost < Math.min(3, phones)) return 0;
	return [0.1, 0.25, 0.5, 0.8].filter(bound => lost / phones >= bound).length;
}

// What is chosen, and what follows from it.

const chosen = { phone: -1, owner: -1, cause: 0, from: null, to: null };

const live = text => { (byId("live") || byId("map-say")).textContent = text; };

/** Count lost phones by module: those of the incidents, or those that the log has in the chosen time. */
function recount() {
	data.hit.fill(0);
	data.lostOn.fill(0);
	let total = 0;
	const take = phone => {
		if (data.hit[phone] || (chosen.cause && data.cause[phone] !== chosen.cause)) return;
		data.hit[phone] = 1;
		data.lostOn[data.module[phone]]++;
		total++;
	};
	if (chosen.from === null) data.lost.forEach(take);
	else if (data.bin) {
		data.lost.forEach(phone => { if (lostAt(phone) >= chosen.from && lostAt(phone) < chosen.to) take(phone); });
	} else {
		for (let row = lower(data.time, chosen.from), end = lower(data.time, chosen.to); row < end; row++) {
			if (data.kind[row] === LOST_EVENT) take(data.phone[row]);
		}
	}
	data.total = total;
}

function stateOf(phone) {
	if (!data.hit[phone]) return REGISTERED;
	return data.state[phone] || (data.last && data.last[phone] !== LOST_EVENT ? BACK : DOWN);
}

const views = [];  // each draws itself anew after a change
function refresh() {
	recount();
	for (const view of views) view();
}

async function chooseTime(from, to, keep = false) {
	await need("core", "ids", "ev");
	const last = Math.max(data.span[1] + 1, 1);
	chosen.from = from === null ? null : Math.max(0, Math.min(from, to, last));
	chosen.to = from === null ? null : Math.min(last, Math.max(from, to, chosen.from + 1));
	refresh();
	if (!keep) writeLink();
}

function chooseCause(number, keep = false) {
	chosen.cause = number;
	refresh();
	if (!keep) writeLink(true);
}

// Links: #phone=, #switch=, #cause=, #t=, and #SEP….

const stamp = since => new Date((data.base + since) * 1000).toISOString().replace(/[-:]|\.000Z/g, "");

function writeLink(entry = false) {
	const parts = [];
	if (chosen.phone >= 0) parts.push("phone=" + encodeURIComponent(nameOf(chosen.phone)));
	else if (chosen.owner >= 0) parts.push("switch=" + encodeURIComponent(data.switchName[chosen.owner]));
	if (chosen.cause) parts.push("cause=" + chosen.cause);
	if (chosen.from !== null) {
		const day = stamp(0).slice(0, 9), ends = [chosen.from, chosen.to].map(stamp);
		parts.push("t=" + (ends.every(text => text.startsWith(day)) ? ends.map(text => text.slice(9)) : ends).join("-"));
	}
	const link = parts.length ? "#" + parts.join("&") : location.pathname;
	if (location.hash !== link) history[entry ? "pushState" : "replaceState"](null, "", link);
}

/** The ends of `0930-0935`, `093000-093500` or `20261122T0930-20261122T0935` in seconds; -1 if it is none of these. */
function readTime(text) {
	const found = /^(?:(\d{8})T)?(\d{4}(?:\d\d)?)-(?:(\d{8})T)?(\d{4}(?:\d\d)?)$/.exec(text);
	if (!found) return -1;
	const first = stamp(0).slice(0, 8);
	const at = (day, time) => Date.parse(((day || first) + time.padEnd(6, "0")).replace(/^(....)(..)(..)(..)(..)(..)$/, "$1-$2-$3T$4:$5:$6Z")) / 1000 - data.base;
	const from = at(found[1], found[2]), to = at(found[3] || found[1], found[4]);
	return to > from ? [from, to] : -1;
}

/** The phone of a name or of a MAC in any notation; -1 if there is none. */
function findPhone(text) {
	const name = text.toUpperCase().replace(/[.:\s-]/g, ""), vendor = data.vendorWords.indexOf(name.slice(-12, -6)), low = parseInt(name.slice(-6), 16), odd = data.odd.indexOf(text);
	return data.mac.findIndex((mac, phone) => (mac === low && data.vendor[phone] === vendor && nameOf(phone).endsWith(name)) || (mac === odd && !word("prefix", phone)));
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
	chosen.cause = get("cause", value => (data.causes[value - 1] ? Number(value) : -1), 0);
	const time = get("t", readTime, [null, null]), phone = get("phone", findPhone, -2), owner = get("switch", value => data.switchName.indexOf(value), -2);
	live(missing.length ? "Not in this report: " + missing.join(", ") + "." : "");
	if (missing.length) {
		chosen.cause = Math.max(chosen.cause, 0);
		byId("verdict").scrollIntoView();
		return;
	}
	if (time[0] !== chosen.from || time[1] !== chosen.to) await chooseTime(...time, true);
	else refresh();
	if (phone >= 0 || owner >= 0) await choose(phone, phone >= 0 ? switchOf(phone) : owner, true);
	else (byId("cause-" + chosen.cause) || byId(chosen.from === null ? "verdict" : "when")).scrollIntoView();
	mark("link");
}

/** Open a switch, with one of its phones or -1 for none; a phone without a known port has -1 for a switch. */
async function choose(phone, owner, keep = false) {
	Object.assign(chosen, { phone, owner });
	await need("ids");
	if (!keep) writeLink(true);
	await showSwitch(phone);
}

// Chips: what narrows the page, in the bar.

function startChips() {
	const chips = byId("chips");
	chips.hidden = false;
	views.push(() => {
		const found = [];
		const chip = (text, off) => found.push(make("button", { type: "button", text: text + " ✕", "aria-label": "Remove: " + text, onclick: off }));
		if (chosen.from !== null) chip(clock(chosen.from) + " – " + clock(chosen.to), () => chooseTime(null, null));
		if (chosen.cause) chip(data.causes[chosen.cause - 1][0], () => chooseCause(0));
		if (found.length) found.push(count(data.total) + " phones lost");
		chips.replaceChildren(...found);
	});
	for (const line of document.querySelectorAll("[data-copy]")) {
		const [copy, only] = line.querySelectorAll("button"), said = line.querySelector("span");
		copy.onclick = () => navigator.clipboard.writeText(line.dataset.copy).then(() => { said.textContent = "copied"; }, () => { said.textContent = line.dataset.copy; });
		only.onclick = () => chooseCause(Number(line.dataset.cause));
		line.hidden = false;
	}
}

// Search.

const index = { text: "", starts: null };

/** One long string of everything that phones are known by, a line each, made between frames. */
async function buildIndex() {
	await need("ids", "txt");
	const phones = data.state.length, lines = [], short = data.interfaceWords.map(text => text.replace(/^(.)[A-Za-z]+/, "$1"));
	index.starts = new Uint32Array(phones);
	let phone = 0, at = 0;
	await inSlices(() => {
		for (const end = Math.min(phone + 500, phones); phone < end; phone++) {
			const port = unplaced(phone) ? "" : data.switchName[switchOf(phone)] + " " + stem(short[data.interface[phone]], data.position[phone]);
			const line = (nameOf(phone) + "\t" + data.description[phone] + "\t" + addressOf(phone) + "\t" + port + "\n").toLowerCase();
			index.starts[phone] = at;
			at += line.length;
			lines.push(line);
		}
		return phone >= phones;
	});
	index.text = lines.join("");
	mark("search-ready");
}

/** Everything that a query finds: [label, detail, action]. */
function lookUp(query) {
	const asked = query.trim().toLowerCase(), found = [], phones = new Set();
	if (!asked) return found;
	const among = (names, most, hit) => names.some((name, at) => {
		if (name.toLowerCase().includes(asked) && hit(at)) found.push(hit(at));
		return found.length > most;
	});
	among(data.causes.map(([name]) => name), 3, at => [data.causes[at][0], "cause " + (at + 1), () => { location.hash = "cause=" + (at + 1); }]);
	among(data.switchName.map((name, s) => name + " " + data.switchAddress[s] + " " + word("switchModel", s)), 6,
		s => [data.switchName[s], "switch " + word("switchModel", s) + " " + data.switchAddress[s], () => choose(-1, s)]);
	among(data.moduleId, 9, m => hasPanel(m) && data.moduleId[m] !== data.switchName[data.moduleSwitch[m]] && [data.moduleId[m], "module " + word("moduleModel", m), () => choose(-1, data.moduleSwitch[m])]);
	const mac = asked.replace(/^sep/, "").replace(/[.:\s-]/g, "");
	for (const needle of /^[0-9a-f]{3,12}$/.test(mac) ? [mac, asked] : [asked]) {
		for (let at = index.text.indexOf(needle); at >= 0 && phones.size < 200;) {
			const phone = lower(index.starts, at + 1) - 1;
			phones.add(phone);
			at = phone + 1 < index.starts.length ? index.text.indexOf(needle, index.starts[phone + 1]) : -1;
		}
	}
	const shown = [...phones].slice(0, Math.max(12 - found.length, 4)).map(phoneHit), rest = phones.size - shown.length;
	found.push(...shown);
	if (rest > 0) found.push([(phones.size < 200 ? rest : "Many") + " more phones", "type more of it", null]);
	return found;
}

const phoneHit = phone => [nameOf(phone), [STATE_WORDS[stateOf(phone)], data.description[phone], addressOf(phone), unplaced(phone) ? "no port known" : data.switchName[switchOf(phone)] + " " + portOf(phone)].filter(Boolean).join(" · "), () => choose(phone, switchOf(phone))];

function startSearch() {
	const list = byId("hits"), input = byId("search-text");
	let hits = [], at = -1;
	const close = () => { list.hidden = true; at = -1; dressed(input, { "aria-expanded": false, "aria-activedescendant": "" }); };
	const pick = number => { const action = hits[number]?.[2]; if (action) { close(); input.blur(); action(); } };
	const point = number => {
		at = number;
		[...list.children].forEach((row, place) => row.setAttribute("aria-selected", place === at));
		if (at >= 0) { input.setAttribute("aria-activedescendant", "hit-" + at); list.children[at].scrollIntoView({ block: "nearest" }); }
	};
	const show = () => {
		hits = index.text ? lookUp(input.value) : [];
		const none = !hits.length && input.value.trim();
		const rows = hits.map(([label, detail], number) => make("li", { role: "option", id: "hit-" + number, "aria-selected": false },
			make("bdi", { class: "mono", text: label }), " ", make("bdi", { class: "small", text: detail })));
		rows.forEach((row, number) => on(row, "pointerdown", event => { event.preventDefault(); pick(number); }));
		if (none) rows.push(make("li", { role: "option", "aria-selected": false, text: index.text || !data.state.length ? "Not in this report." : "Reading …" }));
		list.replaceChildren(...rows);
		list.hidden = !rows.length;
		input.setAttribute("aria-expanded", !list.hidden);
		if (hits.length) point(0);
	};
	on(input, "input", show);
	on(input, "focus", () => { if (input.value) show(); });
	on(input, "blur", close);
	on(input, "keydown", event => {
		if (event.key === "ArrowDown" && hits.length) point((at + 1) % hits.length);
		else if (event.key === "ArrowUp" && hits.length) point((at + hits.length - 1) % hits.length);
		else if (event.key === "Enter") pick(at);
		else if (event.key === "Escape") { close(); input.value = ""; }
		else return;
		event.preventDefault();
	});
	on(window, "keydown", event => {
		if (event.key === "/" && event.target !== input && !event.ctrlKey && !event.metaKey) { event.preventDefault(); input.select(); }
	});
	byId("search").hidden = false;
	return () => { if (document.activeElement === input) show(); };
}

// Time: a window drawn on every picture with a clock, and two sliders.

function startTime() {
	const clocks = [...document.querySelectorAll("svg[data-start]")];
	if (!clocks.length) return;
	const length = Math.max(data.span[1] - data.span[0], 1), unit = length > 7200 ? 60 : 1;
	const [from, to, said, tools] = ["time-from", "time-to", "time-say", "time-tools"].map(byId);
	const slide = once(() => chooseTime(Number(from.value), Number(to.value)));
	for (const slider of [from, to]) Object.assign(slider, { min: data.span[0], max: data.span[0] + length, step: unit, oninput: slide });
	tools.hidden = false;
	const shades = clocks.map(brushOn);
	views.push(() => {
		const whole = chosen.from === null;
		from.value = whole ? data.span[0] : chosen.from;
		to.value = whole ? data.span[0] + length : chosen.to;
		for (const slider of [from, to]) slider.setAttribute("aria-valuetext", clock(Number(slider.value)) + " UTC");
		said.textContent = whole ? "the whole log" : clock(chosen.from) + " – " + clock(chosen.to) + " UTC: " + count(data.total) + " phones lost" + (data.bin ? " in incidents" : ", in and outside incidents");
		shades.forEach(shade => shade());
	});
}

/** Make a picture with a clock take a drag; gives the function that shows the window on it. */
function brushOn(picture) {
	const [start, end, left, right] = ["start", "end", "left", "right"].map(name => Number(picture.dataset[name]));
	const box = picture.viewBox.baseVal, shade = shape("rect", { class: "shade", y: 0, height: box.height, width: 0 });
	const move = once(chooseTime);
	picture.append(shade);
	picture.classList.add("clock-pic");
	const timeAt = event => {
		const place = picture.getBoundingClientRect();
		const x = (event.clientX - place.left) / place.width * box.width;
		return Math.round(start + Math.min(Math.max((x - left) / (right - left), 0), 1) * (end - start) - data.base);
	};
	let began = null, x = 0;
	on(picture, "pointerdown", event => { began = timeAt(event); x = event.clientX; picture.setPointerCapture(event.pointerId); });
	on(picture, "pointermove", event => { if (began !== null && Math.abs(event.clientX - x) > 3) move(began, timeAt(event)); });
	on(picture, "lostpointercapture", () => { began = null; });
	return () => {
		const at = since => left + Math.min(Math.max((data.base + since - start) / (end - start), 0), 1) * (right - left);
		dressed(shade, { x: at(chosen.from ?? 0), width: chosen.from === null ? 0 : at(chosen.to) - at(chosen.from) });
	};
}

// Map: the picture of the page drawn anew on a canvas, with modules and, nearer, ports.

function startMap() {
	const box = byId("map"), still = byId("map-static");
	if (!box || !still || !data.frames.length) return null;
	const canvas = byId("map-canvas"), tip = byId("map-tip"), said = byId("map-say"), tools = byId("map-tools"), pen = canvas.getContext("2d");
	const [wide, high] = data.cell, right = Math.max(...data.frames.map(([x, , width]) => x + width)), most = 24 * 16 / wide;
	const tiles = [...data.switchX.keys()].filter(s => data.switchX[s]), rowsOf = data.modulesOf.map(own => own.filter(hasPanel));
	let colours = {}, k = 1, left = 0, top = 0, width = 0, height = 0, focus = -1, over = -1, only = false, moved = false, hitTiles = new Set();

	/** A colour of the style, as it is in this theme. */
	const ink = name => colours[name] || (colours[name] = getComputedStyle(box).getPropertyValue("--" + name).trim());
	/** A switch on the canvas: left, top, width, height. */
	const tile = s => [(data.switchX[s] - 1) / 10 * k + left, (data.switchY[s] - 1) / 10 * k + top, wide * k, high * k];

	const draw = once(() => {
		const density = devicePixelRatio, ports = k * wide / 24 >= 3.5, quiet = {}, news = {}, glyphs = [];
		pen.setTransform(density, 0, 0, density, 0, 0);
		pen.clearRect(0, 0, width, height);
		pen.strokeStyle = ink("rule");
		for (const [x, y, w, h] of data.frames) pen.strokeRect(x * k + left, y * k + top, w * k, h * k);
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
		const ring = (s, colour, line, out) => {
			const [x, y, w, h] = tile(s);
			pen.strokeStyle = ink(colour);
			pen.lineWidth = line;
			pen.strokeRect(x - out, y - out, w + 2 * out, h + 2 * out);
		};
		seen.filter(s => hitTiles.has(s)).forEach(s => ring(s, "ink", 1, 0.5));
		data.framed.filter(s => data.switchX[s]).forEach(s => ring(s, "down", 3, 2));
		if (over >= 0) ring(over, "ink", 1, 1);
		if (focus >= 0 && document.activeElement === canvas) ring(focus, "focus", 3, 3);
		pen.lineWidth = 1;
	});

	function drawModule(group, glyphs, m, x, y, w, h, ports) {
		const phones = phonesOn(m), put = (colour, ...rect) => (group[colour] = group[colour] || []).push(...rect);
		if (!ports || !phones) {
			const shade = step(data.lostOn[m], phones);
			put(phones ? "r" + shade : "empty", x, y, w, h);
			if (shade && h >= 8) glyphs.push([x + w / 2 - h / 2, y, h, h, shade > 2 ? DOWN : BACK, shade > 2 ? "page" : "ink"]);
			return;
		}
		const places = Math.min(Math.max(data.modulePlaces[m], 2), 96), pitch = w / Math.ceil(places / 2), gap = pitch > 5 ? 1 : 0.4;
		put("up", x, y, w, h);
		for (let phone = data.first[m]; phone < data.first[m + 1]; phone++) {
			const at = Math.min(Math.max(data.position[phone], 1), places) - 1, state = stateOf(phone);
			const rect = [x + (at >> 1) * pitch, y + (at % 2) * h / 2, pitch - gap, h / 2 - gap];
			put(["reg", "back", "down"][state], ...rect);
			if (state && pitch >= 6 && h >= 12) glyphs.push([...rect, state, state === DOWN ? "on-down" : "on-back"]);
		}
	}

	/** A cross for what is down, a stroke for what came back: colour is not all there is. */
	function drawGlyph([x, y, w, h, state, colour]) {
		pen.strokeStyle = ink(colour);
		pen.lineWidth = Math.max(1, Math.min(w, h) / 9);
		pen.beginPath();
		pen.moveTo(x + w * 0.25, y + h * 0.78);
		pen.lineTo(x + w * 0.75, y + h * 0.22);
		if (state === DOWN) { pen.moveTo(x + w * 0.25, y + h * 0.22); pen.lineTo(x + w * 0.75, y + h * 0.78); }
		pen.stroke();
	}

	function drawNames(seen) {
		const write = (text, x, y, size, weight, room) => { pen.font = weight + " " + size + "px " + getComputedStyle(box).fontFamily; pen.fillText(text, x, y, room); };
		for (const [x, y, text, css] of data.labels) {
			const size = Math.min(12 * k, 15);
			pen.fillStyle = ink(css === "ts" ? "muted" : "ink");
			if (size >= 8) write(text, x * k + left, y * k + top, size, css === "ts" ? 400 : 600);
		}
		pen.fillStyle = ink("ink");
		if (data.gap * k >= 12) for (const s of seen) { const [x, y, w, h] = tile(s); write(data.switchName[s], x, y + h + 11, 11, 400, w); }
	}

	function place(wanted, x, y) {
		const hold = (at, size, room) => Math.min(Math.max(at, Math.min(0, room - size) - 40), Math.max(0, room - size) + 40);
		k = Math.min(Math.max(wanted, Math.min(width / right, height / data.height) * 0.9), most);
		left = hold(x, right * k, width);
		top = hold(y, data.height * k, height);
		draw();
	}

	function zoom(factor, x = width / 2, y = height / 2) {
		const wanted = Math.min(k * factor, most), change = wanted / k;
		moved = true;
		place(wanted, x - (x - left) * change, y - (y - top) * change);
	}

	function fit() {
		const all = Math.min(width / right, height / data.height);
		place(all, (width - right * all) / 2, 0);
		moved = false;
	}

	function near(s) {
		zoom(Math.max(k, Math.min(200 / wide, 8)) / k);
		const [x, y, w, h] = tile(s);
		place(k, left + width / 2 - x - w / 2, top + height / 2 - y - h / 2);
	}

	const words = s => data.switchName[s] + ": " + count(lostOf(s)) + " of " + count(phonesOf(s)) + " phones lost";
	const tileAt = event => tiles.find(s => { const [x, y, w, h] = tile(s); return event.offsetX >= x && event.offsetX <= x + w && event.offsetY >= y && event.offsetY <= y + h; }) ?? -1;

	/** The next switch in a direction: near ahead and not far aside. */
	function walk(dx, dy) {
		const among = only ? tiles.filter(s => hitTiles.has(s)) : tiles;
		let best = focus < 0 ? [...hitTiles][0] ?? among[0] ?? -1 : -1, least = Infinity;
		for (const s of focus < 0 ? [] : among) {
			const x = data.switchX[s] - data.switchX[focus], y = data.switchY[s] - data.switchY[focus], ahead = x * dx + y * dy, far = ahead + 3 * Math.abs(x * dy + y * dx);
			if (ahead > 5 && far < least) { least = far; best = s; }
		}
		if (best < 0) return;
		focus = best;
		said.textContent = words(best);
		const [x, y, w, h] = tile(best), shift = (at, size, room) => (at < 20 ? 20 - at : Math.min(room - 20 - at - size, 0));
		place(k, left + shift(x, w, width), top + shift(y, h, height));
	}

	const keys = {
		ArrowLeft: () => walk(-1, 0), ArrowRight: () => walk(1, 0), ArrowUp: () => walk(0, -1), ArrowDown: () => walk(0, 1),
		"+": () => zoom(1.5), "-": () => zoom(1 / 1.5), 0: fit, Enter: () => { if (focus >= 0) choose(-1, focus); },
	};
	on(canvas, "keydown", event => {
		if (!keys[event.key] || event.ctrlKey || event.metaKey) return;
		event.preventDefault();
		keys[event.key]();
	});
	on(canvas, "focus", draw);
	on(canvas, "blur", draw);
	on(canvas, "wheel", event => {
		if (!event.ctrlKey && document.activeElement !== canvas) return;  // the page scrolls on until the map is clicked
		event.preventDefault();
		zoom(Math.exp(-event.deltaY / 400), event.offsetX, event.offsetY);
	}, { passive: false });

	let held = null, dragged = 0;  // a drag moves the map, a press without one opens a switch
	on(canvas, "pointerdown", event => { held = event; dragged = 0; canvas.setPointerCapture(event.pointerId); });
	on(canvas, "pointermove", event => {
		if (!held) { hover(event); return; }
		const dx = event.clientX - held.clientX, dy = event.clientY - held.clientY;
		dragged += Math.abs(dx) + Math.abs(dy);
		held = event;
		if (dragged > 4) { moved = true; place(k, left + dx, top + dy); }
	});
	on(canvas, "pointerup", event => {
		const s = held && dragged <= 4 ? tileAt(event) : -1;
		held = null;
		if (s >= 0) { focus = s; choose(-1, s); }
	});
	on(canvas, "pointercancel", () => { held = null; });
	on(canvas, "pointerleave", () => { over = -1; tip.hidden = true; draw(); });

	function hover(event) {
		over = tileAt(event);
		tip.hidden = over < 0;
		draw();
		if (over < 0) return;
		tip.textContent = words(over);
		tip.style.left = Math.min(event.offsetX + 12, width - tip.offsetWidth - 4) + "px";
		tip.style.top = Math.min(event.offsetY + 16, height - 30) + "px";
	}

	const show = some => { only = some; for (const name of ["whole", "only"]) tools.querySelector("[data-do=" + name + "]").setAttribute("aria-pressed", only === (name === "only")); draw(); };
	const actions = { whole: () => show(false), only: () => show(true), fit, in: () => zoom(1.5), out: () => zoom(1 / 1.5) };
	on(tools, "click", event => actions[event.target.dataset.do]?.());
	tools.hidden = box.hidden = false;
	still.querySelector(".scroll").hidden = true;
	const size = () => {
		width = box.clientWidth;
		height = Math.round(Math.min(Math.max(width / right * data.height, 200), 620));
		canvas.width = width * devicePixelRatio;
		canvas.height = height * devicePixelRatio;
		canvas.style.height = height + "px";
		if (moved) place(k, left, top); else fit();
	};
	new ResizeObserver(() => { if (box.clientWidth && box.clientWidth !== width) size(); }).observe(box);
	for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)"]) on(matchMedia(query), "change", () => { colours = {}; draw(); });
	size();
	views.push(() => { hitTiles = new Set(tiles.filter(s => data.modulesOf[s].some(m => step(data.lostOn[m], phonesOn(m))))); draw(); });
	return near;
}

// Switch: panels of all its modules, what is on a port, and its phones.

let flyTo = null;

async function showSwitch(phone) {
	const body = byId("switch-body"), owner = chosen.owner;
	if (!body) return;
	await need("ids", "txt", "ports");
	byId("port-card").replaceChildren();
	body.replaceChildren(...(owner < 0 ? [] : switchParts(owner, phone)));
	byId("switch").hidden = false;
	if (phone >= 0) tell(phone);
	if (owner >= 0 && flyTo && data.switchX[owner]) flyTo(owner);
	byId("switch").scrollIntoView();
	body.querySelector("[data-chosen]")?.focus({ preventScroll: true });
}

function switchParts(s, phone) {
	const facts = [word("switchModel", s), data.switchAddress[s], word("switchFacts", s), count(lostOf(s)) + " of " + count(phonesOf(s)) + " phones lost"];
	return [make("h3", { text: data.switchName[s] }), make("p", { class: "small", text: facts.filter(Boolean).join(" · ") }), ...data.modulesOf[s].filter(hasPanel).map(m => panel(m, phone))];
}

function panel(m, phone) {
	const rows = [], twin = data.moduleId.indexOf(data.moduleId[m] + ".nm"), ups = [];
	for (const own of [m, twin].filter(one => one >= 0)) {
		for (let row = lower(data.portModule, own); row < data.portModule.length && data.portModule[row] === own; row++) (data.portUp[row] ? ups : rows).push(row);
	}
	const ports = new Map(rows.map(row => [data.portPosition[row], row])), phones = new Map();
	for (let p = data.first[m]; p < data.first[m + 1]; p++) phones.set(data.position[p], [...(phones.get(data.position[p]) || []), p]);
	const most = rows.reduce((all, row) => Math.max(all, data.portErrors[row] - 1), 1), last = Math.min(Math.max(data.modulePlaces[m], ...phones.keys(), ...ports.keys()), 96);
	const x = column => 2 + column * 22 + Math.floor(column / 6) * 8, cells = [];
	for (let at = 1; at <= last; at++) cells.push(portCell(at, x((at - 1) >> 1), at % 2 ? 20 : 40, phones.get(at) || [], ports.get(at), most, phone));
	const width = x(Math.ceil(last / 2)), label = data.moduleId[m];
	const picture = shape("svg", { class: "pic", viewBox: "0 0 " + width + " 78", width, height: 78, role: "group", "aria-label": "Ports of " + label }, ...cells);
	const first = cells.find(cell => cell.dataset.chosen) || cells[0];
	if (first) dressed(first, { tabindex: 0 });
	on(picture, "keydown", event => {
		const at = cells.indexOf(event.target), to = { ArrowRight: at + 2, ArrowLeft: at - 2, ArrowDown: at | 1, ArrowUp: at & ~1, Home: 0, End: cells.length - 1 }[event.key];
		if (event.key === "Enter" || event.key === " ") event.target.dispatchEvent(new MouseEvent("click"));
		else if (to === undefined) return;
		else if (cells[to]) { dressed(cells[at], { tabindex: -1 }); dressed(cells[to], { tabindex: 0 }).focus(); }
		event.preventDefault();
	});
	const port = row => stem(word("portInterface", row), data.portPosition[row]), errors = row => (data.portErrors[row] > 1 ? ", " + count(data.portErrors[row] - 1) + " " + counterOf(row) : "");
	const worst = rows.reduce((a, b) => (data.portErrors[b] > (data.portErrors[a] || 1) ? b : a), -1);
	const facts = [label + " " + word("moduleModel", m), count(data.lostOn[m]) + " of " + count(phonesOn(m)) + " phones lost", worst >= 0 && "most errors on " + port(worst) + errors(worst),
		...ups.map(row => "uplink " + port(row) + (data.portState[row] === 3 ? " up" : " without link") + errors(row))];
	return make("div", { class: "panel" }, make("p", { class: "small", text: facts.filter(Boolean).join(" · ") }), make("div", { class: "scroll" }, ...(last ? [picture] : [])));
}

const counterOf = row => word("portCounter", row) + (data.portGrown[row] ? " since the visit before" : "");

function portCell(at, x, y, phones, row, most, phone) {
	const worst = phones.reduce((a, b) => (stateOf(b) > stateOf(a) ? b : a), phones[0]), state = phones.length ? stateOf(worst) : -1;
	const errors = row === undefined ? 0 : data.portErrors[row] - 1, link = row === undefined ? 0 : data.portState[row];
	const words = ["port " + at + ": " + (state >= 0 ? STATE_WORDS[state] : PORT_WORDS[link]), phones.map(nameOf).join(", "), state > 0 ? clock(lostAt(worst)) : "", errors > 0 ? count(errors) + " " + counterOf(row) : ""].filter(Boolean).join(", ");
	const cell = shape("g", { role: "button", tabindex: "-1", "aria-label": words, onclick: () => { if (phones.length) { chosen.phone = worst; writeLink(); tell(...phones); } else byId("port-card").replaceChildren(make("p", { text: words })); } },
		shape("title", { text: words }), shape("rect", { class: state >= 0 ? STATE_CSS[state] : PORT_CSS[link], x, y, width: 19, height: 17 }));
	if (state === DOWN) cell.append(shape("path", { class: "g-down", d: `M${x + 5} ${y + 4}l9 9m0-9l-9 9` }));
	if (state === BACK) cell.append(shape("path", { class: "g-back", d: `M${x + 4} ${y + 13}l11-9` }));
	if (errors > 0) { const size = Math.max(2, errors / most * 14); cell.append(shape("rect", { class: "err", x: x + 4, y: at % 2 ? y - 3 - size : y + 20, width: 11, height: size })); }
	if (phones.includes(phone)) { cell.dataset.chosen = "1"; cell.append(shape("rect", { class: "chosen", x: x - 2, y: y - 2, width: 23, height: 21 })); }
	return cell;
}

/** All that is known of the phones on a port. */
function tell(...phones) {
	const parts = phones.slice(0, 8).map(phone => {
		const cause = data.cause[phone], events = [];
		if (data.time && !data.bin) for (let row = 0; row < data.time.length && events.length < 20; row++) if (data.phone[row] === phone) events.push(clock(data.time[row], true) + (data.kind[row] === LOST_EVENT ? " lost" : " back"));
		const facts = [["State", STATE_WORDS[data.state[phone]]], ["Description", data.description[phone]], ["Port", unplaced(phone) ? "not known: " + word("why", phone - data.first[data.moduleSwitch.length]) : data.switchName[switchOf(phone)] + " " + portOf(phone)],
			["Address", addressOf(phone)], ["VLAN", word("vlan", phone)], ["Call server", word("node", phone)], ["Model", word("model", phone)], ["Firmware", word("firmware", phone)], ["Lost", clock(lostAt(phone), true)],
			["Reason", data.reasonWords[data.reason[data.lostRow[phone]]]], ["Back", clock(backAt(phone), true)], ["Cause", cause ? data.causes[cause - 1][0] : ""], ["Log (UTC)", events.join(", ")]];
		return make("div", {}, make("h4", { class: "mono", text: nameOf(phone) }), make("dl", {}, ...facts.filter(([, text]) => text).flatMap(([name, text]) => [make("dt", { text: name }), make("dd", {}, make("bdi", { text }))])));
	});
	byId("port-card").replaceChildren(...parts);
}

// Phones: a list that holds only the rows in sight.

const COLUMNS = [nameOf, phone => data.description[phone], phone => (unplaced(phone) ? "" : data.switchName[switchOf(phone)]), portOf, addressOf,
	phone => word("node", phone), phone => clock(lostAt(phone)), phone => clock(backAt(phone)), phone => ["", "back", "down"][stateOf(phone)]];
const ROW = 28;

function startList() {
	const box = byId("phone-list"), tools = byId("phone-tools"), still = byId("phones-static");
	if (!box || !tools || !data.state.length) return;
	const sight = byId("sight"), inner = byId("rows"), heads = [...box.querySelectorAll("[role=columnheader]")], buttons = [...tools.querySelectorAll("button")];
	let rows = [], sort = -1, down = false, scope = "lost";
	on(tools, "click", event => { const wanted = event.target.dataset.do; if (wanted === "save") save(rows); else if (wanted) { scope = wanted; fill(); } });
	heads.forEach((head, column) => on(head, "click", () => { down = sort === column && !down; sort = column; fill(); }));

	const show = once(() => {
		const from = Math.max(Math.floor(sight.scrollTop / ROW) - 4, 0), to = Math.min(from + Math.ceil(sight.clientHeight / ROW) + 9, rows.length), lines = [];
		for (let at = from; at < to; at++) {
			const cells = COLUMNS.map((text, column) => make("div", { role: "cell", class: column ? "" : "mono" }, column ? make("bdi", { text: text(rows[at]) }) : make("a", { href: "#phone=" + encodeURIComponent(nameOf(rows[at])), text: nameOf(rows[at]) })));
			const line = make("div", { class: "row", role: "row", "aria-rowindex": at + 2 }, ...cells);
			line.style.top = at * ROW + "px";
			lines.push(line);
		}
		inner.replaceChildren(...lines);
	});
	on(sight, "scroll", show);

	function fill() {
		const wanted = { lost: phone => data.hit[phone], down: phone => data.hit[phone] && stateOf(phone) === DOWN, switch: phone => switchOf(phone) === chosen.owner, all: () => true }[scope];
		rows = [...data.state.keys()].filter(wanted);
		if (sort >= 0) {
			const text = COLUMNS[sort], keys = new Map(rows.map(phone => [phone, text(phone)])), way = down ? -1 : 1;
			rows.sort((a, b) => (keys.get(a) < keys.get(b) ? -way : keys.get(a) > keys.get(b) ? way : a - b));
		} else rows.sort((a, b) => (data.cause[a] || 1e9) - (data.cause[b] || 1e9) || lostAt(a) - lostAt(b) || a - b);
		heads.forEach((head, column) => head.setAttribute("aria-sort", column !== sort ? "none" : down ? "descending" : "ascending"));
		buttons.slice(0, 4).forEach(button => button.setAttribute("aria-pressed", button.dataset.do === scope));
		box.firstElementChild.setAttribute("aria-rowcount", rows.length + 1);
		inner.style.height = rows.length * ROW + "px";
		sight.style.height = Math.min(Math.max(rows.length, 2), 18) * ROW + "px";
		byId("phone-say").textContent = count(rows.length) + " phones";
		show();
	}
	views.push(once(fill));
	box.hidden = tools.hidden = false;
	if (still) still.hidden = true;
	fill();
}

/** A cell that no spreadsheet takes for a formula. Source: OWASP, CSV injection. */
const cell = text => '"' + (/^[\s"']*[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/.test(text) ? "'" : "") + text.replace(/"/g, '""') + '"';

function save(rows) {
	const lines = [[...document.querySelectorAll("#phone-list [role=columnheader]")].map(head => head.textContent.trim()), ...rows.map(phone => COLUMNS.map(text => cell(text(phone))))];
	const link = make("a", { href: URL.createObjectURL(new Blob(["\uFEFF" + lines.map(line => line.join(",")).join("\r\n") + "\r\n"], { type: "text/csv" })), download: "phones.csv" });
	link.click();
	setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

// Start: the map first, then a link into the page, then everything else between frames.

async function start() {
	await need("core");
	recount();
	flyTo = startMap();
	startChips();
	refresh();
	mark("map-ready");
	startTime();
	on(window, "popstate", follow);
	const again = startSearch();
	await follow();
	await buildIndex();
	startList();
	again();
	await need("ports", "ev");
	if (chosen.phone >= 0) tell(chosen.phone);
	mark("all-ready");
}

if (typeof DecompressionStream === "undefined") live("This browser is too old for search, map and list; everything else is here.");
else start();
