/**
 * The simulated exchange's two wires without sockets, disk or process: the Hyperliquid protocol (questions, signed
 * actions, streams), the Binance-protocol reference feed, and the synthetic market behind both, all on injected time.
 * It refuses to know who carries its bytes, and shares no code with the fleet's own venue adapters.
 */
export { BinanceProtocol } from './binance/binance-protocol.js';
export { type Product, ReferenceFeed, type ReferenceSymbol } from './binance/reference-feed.js';
export { StreamHub } from './binance/stream-hub.js';
export { ControlProtocol } from './control/control-protocol.js';
export { type CommandObserver, ExchangeHost } from './exchange-host.js';
export { exchangeRules, OPENING_GRANT_USDC, type RulesOptions } from './exchange-rules.js';
export { ExchangeWires, type WireOptions, type WirePorts } from './exchange-wires.js';
export { FaultDirector } from './faults/fault-director.js';
export { type HyperliquidOptions, HyperliquidProtocol } from './hyperliquid/hyperliquid-protocol.js';
export { CommandJournal, NoJournal } from './journal/command-journal.js';
export { SwitchedJournal } from './journal/switched-journal.js';
export type { MarketDriver } from './market-driver.js';
export {
  type HttpAnswer,
  type HttpCall,
  type Peer,
  plainAnswer,
  type SocketHandlers,
  type WebProtocol,
} from './protocol.js';
export { actionHash, type SignedContent } from './signing/action-hash.js';
export type { Json, JsonObject } from './signing/field-order.js';
export {
  type Address,
  type Network,
  recoverActionSigner,
  type RecoverSigner,
  type Signature,
  SignatureError,
} from './signing/recover-signer.js';
export {
  createSyntheticExchange,
  type SyntheticExchange,
  type SyntheticExchangeOptions,
  type WireDoor,
} from './synthetic/create-synthetic-exchange.js';
export {
  openSynthetic,
  type OpenedSynthetic,
  type SyntheticOptions,
  type SyntheticState,
} from './synthetic/open-synthetic.js';
export { syntheticWorld } from './synthetic/synthetic-world.js';
export { signAction } from './testing/sign-action.js';
export { TestWallet, type TypedData } from './testing/test-wallet.js';
export { type TruthEntry, type TruthFact, VenueTruth } from './truth/venue-truth.js';
export type { World } from './world.js';
