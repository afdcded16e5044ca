/** The resources of the product: its live state, its incidents and the runbook. */
@NullMarked
package io.weathervane.resource.builtin;

import org.jspecify.annotations.NullMarked;
