/** Prompts and their registry; imports nothing of ours but util, tool and jsonrpc. */
@NullMarked
package io.weathervane.prompt;

import org.jspecify.annotations.NullMarked;
