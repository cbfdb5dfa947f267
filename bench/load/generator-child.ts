/** One process of the many that talk and listen: its conversations, messages at a rate or as many as go. */
import { inTurns } from '../product/in-turns.ts';
import type { Connection } from './connection.ts';
import type { GeneratorOrder } from './generator.ts';
import { createMessagesUnderWay } from './messages-under-way.ts';
import { openRoom, type RoomUnderLoad } from './room-under-load.ts';
import type { Town } from './town.ts';

const AT_ONCE = 4;
const TICK_MS = 1;
const SWEEP_MS = 1_000;
/** Each device renews its tokens so often; they are good for five minutes. */
const RENEW_MS = 200_000;
const BEAT_MS = 12_000;

let onDone = (): void => {};
const underWay = createMessagesUnderWay(() => onDone());
let rooms: readonly RoomUnderLoad[] = [];
/** Each room as often as people are in it: all talk as much. */
let seats: readonly RoomUnderLoad[] = [];

const open = async ({ rooms: some, signKey }: Town): Promise<void> => {
  const key = await crypto.subtle.importKey('jwk', signKey, 'Ed25519', false, ['sign']);
  rooms = await inTurns(some, AT_ONCE, (room) => openRoom(room, key, underWay));
  seats = rooms.flatMap((room) => room.connections.map(() => room));
  const connections = rooms.flatMap((room) => room.connections);
  const inTurn = (everyMs: number, act: (connection: Connection) => unknown): void => {
    let turn = 0;
    const next = (): void => void act(connections[turn++ % connections.length] as Connection);
    setInterval(next, everyMs / connections.length);
  };
  inTurn(RENEW_MS, (connection) => connection.renew());
  inTurn(BEAT_MS, (connection) => connection.beat());
  setInterval(underWay.sweep, SWEEP_MS);
};

/** Somewhere; nowhere when all are moving. */
const say = async (): Promise<void> => {
  for (let tries = 0; tries < seats.length; tries++) {
    const room = seats[Math.floor(Math.random() * seats.length)];
    if (room?.isOpen) return room.say();
  }
};

const atRate = (perSecond: number, seconds: number): Promise<void> =>
  new Promise((resolve) => {
    const startedAt = performance.now();
    let said = 0;
    const tick = setInterval(() => {
      const elapsed = Math.min(seconds, (performance.now() - startedAt) / 1000);
      for (; said < elapsed * perSecond; said++) void say();
      if (elapsed < seconds) return;
      clearInterval(tick);
      resolve();
    }, TICK_MS);
  });

/** Always so many under way. */
const asMany = async (outstanding: number, seconds: number): Promise<void> => {
  const endsAt = performance.now() + seconds * 1000;
  let [leaving, isOver] = [0, false];
  const fill = (): void => {
    isOver ||= performance.now() >= endsAt;
    while (!isOver && underWay.count() + leaving < outstanding) {
      leaving++;
      void say().finally(() => leaving--);
    }
  };
  onDone = fill;
  const tick = setInterval(fill, TICK_MS);
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  clearInterval(tick);
  onDone = () => {};
};

const obey = async (order: GeneratorOrder): Promise<unknown> => {
  if (order.type === 'open') return open(order.town);
  const startedAt = performance.now();
  const cpuBefore = process.cpuUsage();
  underWay.take();
  await (order.type === 'rate' ? atRate(order.perSecond, order.seconds) : asMany(order.outstanding, order.seconds));
  const count = underWay.take();
  const { user, system } = process.cpuUsage(cpuBefore);
  const elapsedMs = performance.now() - startedAt;
  // what is left under way belongs to no phase
  while (underWay.count() > 0) await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  const late = underWay.take();
  return { ...count, lost: count.lost + late.lost, elapsedMs, cpuShare: (user + system) / 1000 / elapsedMs };
};

process.on('message', (order: GeneratorOrder) => void obey(order).then((answer) => process.send?.(answer ?? null)));
process.send?.('ready');
