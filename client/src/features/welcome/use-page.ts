import { useMemo } from 'react';
import { deviceNameFrom } from './device-name.ts';
import type { PasskeyPage } from './passkey.ts';

export const usePage = (): PasskeyPage =>
  useMemo(
    () => ({
      credentials: navigator.credentials,
      PublicKeyCredential: window.PublicKeyCredential,
      deviceName: deviceNameFrom(navigator.userAgent),
    }),
    [],
  );
