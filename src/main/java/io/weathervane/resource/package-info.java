/** Resources and their sources; imports nothing of ours but util, tool and jsonrpc. */
@NullMarked
package io.weathervane.resource;

import org.jspecify.annotations.NullMarked;
