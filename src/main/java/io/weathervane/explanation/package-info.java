/**
 * Explanation of recorded decisions: their inputs, and the limits that would have led to another one. Reads the audit;
 * decides nothing and acts on nothing.
 */
@NullMarked
package io.weathervane.explanation;

import org.jspecify.annotations.NullMarked;
