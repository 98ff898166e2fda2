export { killAll, run, start, type Running } from './processes.ts';
export { House, type HouseOptions, type HousePod, type Person } from './house.ts';
