import type { WireFormat } from "../wire-format.js";
import { type CinderRecipeOptions, createCinderRecipe } from "./cinder-recipe.js";
import { createCombinedRecipe } from "./combined-recipe.js";
import type { LockRecipe } from "./lock-recipe.js";
import { createQueueRecipe } from "./queue-recipe.js";

/** The recipe of a wire format, or of both together. */
export function createRecipe(wire: readonly WireFormat[], options: CinderRecipeOptions): LockRecipe {
  if (!wire.includes("cinder")) return createQueueRecipe(options);
  const cinder = createCinderRecipe(options);
  return wire.includes("etcd") ? createCombinedRecipe(createQueueRecipe(options), cinder) : cinder;
}
