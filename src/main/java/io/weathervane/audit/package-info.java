/**
 * The record of every decision and change: a hash chain in the database, its projections to files, its verification;
 * imports store and jsonrpc.
 */
@NullMarked
package io.weathervane.audit;

import org.jspecify.annotations.NullMarked;
