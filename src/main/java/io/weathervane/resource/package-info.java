/** What a resource is, and who provides resources; imports nothing of ours but util, tool and jsonrpc. */
@NullMarked
package io.weathervane.resource;

import org.jspecify.annotations.NullMarked;
