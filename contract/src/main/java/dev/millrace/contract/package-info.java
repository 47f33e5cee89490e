/**
 * The mapping contract: the reviewable file that says which XML becomes which tables. {@link dev.millrace.contract.ContractText}
 * is the file as it is written, which can be edited and compared; {@link dev.millrace.contract.ContractReader} compiles it to a
 * {@link dev.millrace.contract.MappingContract}, with every problem reported at once.
 */
@NullMarked
package dev.millrace.contract;

import org.jspecify.annotations.NullMarked;
