/**
 * The circles of a directed graph: its strongly connected components with more than one node (Tarjan), found
 * without recursion, since a chain of views may be longer than the stack is deep.
 */

export function circles(edges: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const search: Search = {
    edges,
    index: new Int32Array(edges.length).fill(-1),
    low: new Int32Array(edges.length),
    onStack: new Uint8Array(edges.length),
    stack: [],
    found: [],
    counter: 0,
  };
  for (let node = 0; node < edges.length; node += 1) {
    if (search.index[node] === -1) visit(search, node);
  }
  return search.found;
}

interface Search {
  readonly edges: readonly (readonly number[])[];
  readonly index: Int32Array;
  readonly low: Int32Array;
  readonly onStack: Uint8Array;
  readonly stack: number[];
  readonly found: number[][];
  counter: number;
}

interface Frame {
  readonly node: number;
  next: number;
}

function visit(search: Search, start: number): void {
  const frames: Frame[] = [];
  enter(search, start, frames);
  for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
    const successor = search.edges[frame.node]?.[frame.next];
    frame.next += 1;
    if (successor === undefined) {
      frames.pop();
      leave(search, frame.node);
      const parent = frames.at(-1);
      if (parent !== undefined) lower(search, parent.node, search.low[frame.node] ?? 0);
    } else if (search.index[successor] === -1) {
      enter(search, successor, frames);
    } else if (search.onStack[successor] === 1) {
      lower(search, frame.node, search.index[successor] ?? 0);
    }
  }
}

function enter(search: Search, node: number, frames: Frame[]): void {
  search.index[node] = search.counter;
  search.low[node] = search.counter;
  search.counter += 1;
  search.stack.push(node);
  search.onStack[node] = 1;
  frames.push({ node, next: 0 });
}

function lower(search: Search, node: number, value: number): void {
  search.low[node] = Math.min(search.low[node] ?? value, value);
}

function leave(search: Search, node: number): void {
  if (search.low[node] !== search.index[node]) return;
  const component: number[] = [];
  for (let member = search.stack.pop(); member !== undefined; member = search.stack.pop()) {
    search.onStack[member] = 0;
    component.push(member);
    if (member === node) break;
  }
  if (component.length > 1) search.found.push(component);
}
