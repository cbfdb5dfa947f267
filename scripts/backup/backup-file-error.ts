/** The file is not what was written, or not ours. The message goes on after the file's name and a colon. */
export class BackupFileError extends Error {
  override readonly name = 'BackupFileError';
}
