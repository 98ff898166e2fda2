import type { Command } from '../command.ts';
import { accountsDisable, accountsInvite, accountsList, auditList, auditVerify } from './accounts.ts';
import { completion } from './completion.ts';
import { configExplain } from './configuration.ts';
import { budgetCommands } from './budget.ts';
import { auditColumns, auditExport, custodianCommands } from './custodian.ts';
import { datasetCommands } from './datasets.ts';
import { framesCommands } from './frames.ts';
import { grantsAssign, grantsChange, grantsList, grantsRevoke } from './grants.ts';
import { keysAdd, keysExport, keysList, keysRevoke, tokensAdd, tokensList, tokensRevoke } from './keys.ts';
import { hubShow, hubStart, podDoctor, podInit, podJoin, podSchema, podStart, podStatus } from './local.ts';
import { podDeviceCommands } from './pod-devices.ts';
import { podsConfirm, podsJoinCode, podsList, podsRegister, podsRemove, podsShow, podsTrust } from './pods.ts';
import { queryCommands } from './query.ts';
import { requestCommands } from './requests.ts';
import { reviewCommands } from './review.ts';
import { accept, login, logout, setup, whoami } from './session.ts';
import { canI, taskAttach, taskCancel, taskList, taskResult, taskRun, taskSchema, taskShow, taskSubmit, taskWatch } from './task.ts';

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  setup, login, accept, logout, whoami,
  keysList, keysAdd, keysExport, keysRevoke, tokensList, tokensAdd, tokensRevoke,
  podsList, podsShow, podsRegister, podsJoinCode, podsConfirm, podsTrust, podsRemove,
  grantsList, grantsAssign, grantsChange, grantsRevoke,
  canI, taskRun, taskSubmit, taskAttach, taskWatch, taskList, taskShow, taskCancel, taskResult, taskSchema,
  ...queryCommands, ...framesCommands,
  ...requestCommands,
  podInit, podJoin, podStart, podStatus, podDoctor, podSchema, ...podDeviceCommands, hubStart, hubShow,
  ...custodianCommands, ...datasetCommands, ...reviewCommands, ...budgetCommands, auditColumns, auditExport,
  accountsList, accountsInvite, accountsDisable, auditList, auditVerify,
  configExplain, completion,
];
