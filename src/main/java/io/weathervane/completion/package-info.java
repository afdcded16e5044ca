/** Suggestions for the arguments of prompts and resource templates; imports nothing of ours but util, tool and jsonrpc. */
@NullMarked
package io.weathervane.completion;

import org.jspecify.annotations.NullMarked;
