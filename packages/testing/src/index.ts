export { createSimulatedClock } from "./simulation/simulated-clock.js";
