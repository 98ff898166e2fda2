// Child processes: one that works for us and speaks on stderr, and the one the user asked for.
import { spawn } from 'node:child_process';
import os from 'node:os';

/** Runs a step. What it prints goes to stderr. Resolves to its exit status. */
export function runStep(file, args, { cwd, env, shell = false }) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd, env, shell, stdio: ['ignore', 2, 2] });
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + (os.constants.signals[signal] ?? 1)));
  });
}

/** Runs the command itself on the same terminal, hands signals on, and resolves to its exit status. */
export function runForeground(file, args, { cwd, env }) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd, env, stdio: 'inherit' });
    // A terminal sends Ctrl-C to the whole foreground group, so the child has it already.
    const fromTerminal = process.stdin.isTTY === true;
    const handOn = (signal) => {
      if (!(signal === 'SIGINT' && fromTerminal)) child.kill(signal);
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, handOn);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      for (const name of signals) process.off(name, handOn);
      resolve(code ?? 128 + (os.constants.signals[signal] ?? 1));
    });
  });
}
