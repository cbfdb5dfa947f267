/** Devices whose session ended: what was issued to them before that opens nothing, though it has not expired. [SYN-4] */
import type { DeviceId } from '@kith/schema/ids';
import { LIMITS } from '@kith/schema/limits';

export interface EndedDevices {
  add(device: DeviceId): void;
  /** `exp` and `lifetimeSeconds` of a token say when it was issued. A device that signed in again has newer ones. */
  refuses(device: DeviceId, exp: number, lifetimeSeconds: number): boolean;
}

/** No token lives longer. */
const REMEMBER_MS = (LIMITS.accessTokenSeconds + 60) * 1_000;

export const createEndedDevices = (clock: { now(): number }): EndedDevices => {
  const endedAtByDevice = new Map<DeviceId, number>();
  return {
    add: (device) => {
      const nowMs = clock.now();
      for (const [old, endedAt] of endedAtByDevice) if (endedAt + REMEMBER_MS < nowMs) endedAtByDevice.delete(old);
      endedAtByDevice.set(device, nowMs);
    },
    refuses: (device, exp, lifetimeSeconds) => {
      const endedAt = endedAtByDevice.get(device);
      return endedAt !== undefined && (exp - lifetimeSeconds) * 1_000 <= endedAt;
    },
  };
};
