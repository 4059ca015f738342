#!/usr/bin/env node
import { bootstrap } from './bootstrap.mjs';

bootstrap('infra/bench/src/main.ts');
