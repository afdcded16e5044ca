/** The demo: a caller from outside, who sees only what any client sees; imports the message codec alone. */
@NullMarked
package io.weathervane.demo;

import org.jspecify.annotations.NullMarked;
