/**
 * A service's contract while it runs: held against the tools of its active worker, broken, approved, shown. It looks at
 * the worker and the file on a thread of its own; a call asks for what is known.
 */
@NullMarked
package io.weathervane.contract.enforcement;

import org.jspecify.annotations.NullMarked;
