/**
 * The watch over one promotion as it is kept: its row in the database, its JSON, and the JSON of what a decision of it
 * rests on. Decides nothing and acts on nothing.
 */
@NullMarked
package io.weathervane.watch;

import org.jspecify.annotations.NullMarked;
