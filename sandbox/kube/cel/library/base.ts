// The functions of Kubernetes 1.36's CEL environment, all libraries in their order.

import { lazy } from '../../lazy.ts';
import { linkLibraries } from '../environment.ts';
import { AUTHORIZER_LIBRARY } from './authorizer.ts';
import { CLOCK_LIBRARY } from './clock.ts';
import { CONVERSION_LIBRARY } from './conversions.ts';
import { FORMAT_LIBRARY } from './formats.ts';
import { JSON_PATCH_LIBRARY } from './jsonpatches.ts';
import type { Library } from './library.ts';
import { LIST_LIBRARY, MAP_LIBRARY, SET_LIBRARY } from './lists.ts';
import { CIDR_LIBRARY, IP_LIBRARY, URL_LIBRARY } from './network.ts';
import { OPERATOR_LIBRARY } from './operators.ts';
import { OPTIONAL_LIBRARY } from './optionals.ts';
import { QUANTITY_LIBRARY, SEMVER_LIBRARY } from './quantities.ts';
import { REGEX_LIBRARY } from './regexps.ts';
import { STRING_LIBRARY } from './strings.ts';

const BASE_LIBRARIES: readonly Library[] = [
  OPERATOR_LIBRARY,
  CONVERSION_LIBRARY,
  CLOCK_LIBRARY,
  URL_LIBRARY,
  REGEX_LIBRARY,
  LIST_LIBRARY,
  AUTHORIZER_LIBRARY,
  QUANTITY_LIBRARY,
  OPTIONAL_LIBRARY,
  STRING_LIBRARY,
  SET_LIBRARY,
  IP_LIBRARY,
  CIDR_LIBRARY,
  FORMAT_LIBRARY,
  SEMVER_LIBRARY,
  MAP_LIBRARY,
];

/** Linked when they are first asked for, as below. */
export const baseFunctions = lazy(() => linkLibraries(BASE_LIBRARIES));

/** Those of mutations. */
export const patchFunctions = lazy(() => linkLibraries([...BASE_LIBRARIES, JSON_PATCH_LIBRARY]));
