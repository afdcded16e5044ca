/** A small worker that can misbehave on command, for demos and tests; imports jsonrpc. */
@NullMarked
package io.weathervane.sample;

import org.jspecify.annotations.NullMarked;
