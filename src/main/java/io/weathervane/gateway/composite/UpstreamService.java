package io.weathervane.gateway.composite;

import io.weathervane.mcp.UpstreamServices;
import io.weathervane.prompt.UpstreamPromptSource;
import io.weathervane.resource.ResourceSource;
import io.weathervane.tool.UpstreamToolSource;
import io.weathervane.worker.ServiceName;

/**
 * Tools, prompts, resources and other features that one service offers.
 *
 * @param name as in the configuration
 * @param prefix of the names that clients see; empty for none
 * @param tools under their prefixed names
 * @param prompts under their own names
 * @param resources under their own URIs
 * @param others all that is neither of these
 */
public record UpstreamService(
        ServiceName name,
        String prefix,
        UpstreamToolSource tools,
        UpstreamPromptSource prompts,
        ResourceSource resources,
        UpstreamServices others) {
    /** The service's own name for what clients see under this name, which must have the prefix. */
    String bare(String shown) {
        return shown.substring(prefix.length());
    }

    /** Whether clients may see something of this service under the name. */
    public boolean mayOwn(String shown) {
        return shown.length() > prefix.length() && shown.startsWith(prefix);
    }
}
