/**
 * Several services behind one endpoint: their tools, prompts, resources, completions, subscriptions and tasks as those of one,
 * without two of one name. Knows what a service offers by the interfaces of the registries only; one that is slow or down
 * hides nothing of the others.
 */
@NullMarked
package io.weathervane.gateway.composite;

import org.jspecify.annotations.NullMarked;
