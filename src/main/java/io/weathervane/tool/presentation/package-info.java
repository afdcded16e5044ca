/** The domain's records as the JSON and the text that clients see: one form for tools, resources, prompts and evidence. */
@NullMarked
package io.weathervane.tool.presentation;

import org.jspecify.annotations.NullMarked;
