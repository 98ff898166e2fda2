export { faultTable, isFaultCode, type FaultCode } from './table.ts';
export { Fault, isFault, toFault, type FaultBody, type FaultDetails } from './fault.ts';
